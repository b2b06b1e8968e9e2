(* prop:product.  Independent coordinates under mu: mu(S) = prod_j (u_j if z_j = 1 else v_j) with u_j, v_j,
   u_j + v_j != 0;
   P_mu(z_j = 1) = p_j = u_j / (u_j + v_j).  Then E[pi] = prod_j (u_j + v_j), Var_mu(z_j) = p_j (1 - p_j), and
     beta_j = Cov_mu(z_j, F) / Var_mu(z_j),   beta_0 = E_mu[F] - sum_j beta_j p_j.
   Tabular LIME: u_j = 1 / bins, v_j = (1 - 1 / bins) exp(-1 / (2 nu^2)). *)

From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp Require Import ring zify.
From LimeTheory Require Import design sums.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Import GRing.Theory Order.TTheory Num.Theory.
Local Open Scope ring_scope.

Section Product.
Variables (R : fieldType) (d : nat) (u v : 'I_d -> R).
Notation mask := {set 'I_d}.
Implicit Types (F : mask -> R).

Definition product (S : mask) : R := \prod_j (if j \in S then u j else v j).
Definition chance j : R := u j / (u j + v j).
Notation M := (\prod_j (u j + v j)).

Theorem product_mass : mass product = M.
Proof. by rewrite -sum_prod; apply: eq_bigr => S _; rewrite mulr1. Qed.

Hypotheses (t0 : forall j, u j + v j != 0).

Lemma M_neq0 : M != 0.
Proof. by apply/prodf_neq0 => j _. Qed.

(* the mean of a product of functions of the single coordinates *)
Lemma product_factors (f g : 'I_d -> R) :
  E product (fun S => \prod_j (if j \in S then f j else g j)) = \prod_j (u j * f j + v j * g j).
Proof.
rewrite -sum_prod; apply: eq_bigr => S _; rewrite -big_split; apply: eq_bigr => j _ /=.
by case: (j \in S).
Qed.

Lemma product_on i : E product (on i) = M * chance i.
Proof.
rewrite (eq_E (fun S => \prod_j (if j \in S then 1 else (j != i)%:R))) => [|S]; last first.
  rewrite (bigD1 i) //= eqxx /on big1 ?mulr1 => [|j ji]; last by rewrite ji if_same.
  by case: (i \in S).
rewrite product_factors (bigD1 i) //= [in RHS](bigD1 i) //= eqxx mulr1 mulr0 addr0.
rewrite mulrAC /chance mulrCA mulfV // mulr1; congr (_ * _).
by apply: eq_bigr => j ji; rewrite ji !mulr1.
Qed.

Lemma product_on2 i j : i != j -> E product (fun S => on i S * on j S) = M * chance i * chance j.
Proof.
move=> ij; have ji : j != i by rewrite eq_sym.
rewrite (eq_E (fun S => \prod_k (if k \in S then 1 else ((k != i) && (k != j))%:R))) => [|S]; last first.
  rewrite (bigD1 i) // (bigD1 j) //= !eqxx ij /on big1 ?mulr1 => [|k /andP [ki kj]]; last by rewrite ki kj if_same.
  by rewrite andbF; case: (i \in S); case: (j \in S).
rewrite product_factors (bigD1 i) // (bigD1 j) //= [in RHS](bigD1 i) // [in RHS](bigD1 j) //= !eqxx ij.
rewrite andbF !mulr1 !mulr0 !addr0 (eq_bigr (fun k => u k + v k)) => [|k /andP [ki kj]].
  rewrite -[RHS]mulrA mulrACA [X in _ = _ * X]mulrAC; congr (_ * (_ * _)).
    by rewrite /chance mulrC divfK.
  by rewrite /chance mulrC divfK.
by rewrite ki kj !mulr1.
Qed.

Theorem product_var i : var product (on i) = chance i * (1 - chance i).
Proof.
have M0 := M_neq0; rewrite /var /cov {1}/mean product_mass.
have m1 : mean product (on i) = chance i by rewrite /mean product_mass product_on mulrAC mulfV ?mul1r.
rewrite m1 (eq_E (fun S => (1 - 2%:R * chance i) * on i S + chance i ^+ 2)) => [|S]; last first.
  by rewrite /on; case: (i \in S) => /=; ring.
by rewrite E_add E_scale E_const product_on product_mass; field.
Qed.

Theorem product_cov i F : cov product (on i) F = E product (fun S => on i S * F S) / M - chance i * mean product F.
Proof.
have M0 := M_neq0; rewrite /cov {1}/mean product_mass.
have m1 : mean product (on i) = chance i by rewrite /mean product_mass product_on mulrAC mulfV ?mul1r.
rewrite m1 (eq_E (fun S => on i S * F S - mean product F * on i S - chance i * F S + chance i * mean product F)).
  by rewrite E_add !E_sub !E_scale E_const product_on /mean !product_mass; field.
by move=> S; ring.
Qed.

Hypotheses (u0 : forall j, u j != 0) (v0 : forall j, v j != 0).

Lemma chance_var j : chance j * (1 - chance j) != 0.
Proof.
have -> : 1 - chance j = v j / (u j + v j) by rewrite /chance; field; rewrite t0.
by rewrite !mulf_neq0 ?invr_eq0 ?t0.
Qed.

(* Sigma solved for any right-hand side (y_0, y) *)
Definition solution (y0 : R) (y : 'I_d -> R) j : R := (y j - chance j * y0) / (M * (chance j * (1 - chance j))).

Lemma product_solves y0 y :
  Gram product *m model (y0 / M - \sum_j chance j * solution y0 y j) (solution y0 y) = model y0 y.
Proof.
have M0 := M_neq0; set t := \sum_j chance j * solution y0 y j.
rewrite GramE /model mul_block_col product_mass; congr col_mx; apply/colP=> i; rewrite [LHS]mxE.
  rewrite mul_scalar_mx !mxE !ord1 !eqxx !mulr1n.
  rewrite [X in _ + X = _](eq_bigr (fun j => M * (chance j * solution y0 y j))) => [|j _];
    last by rewrite !mxE product_on mulrA.
  by rewrite -mulr_sumr -/t mulrBr mulrCA mulfV // mulr1 subrK.
rewrite mul_mx_scalar !mxE product_on.
have -> : \sum_j (\matrix_(i0, j0) E product (fun S => on i0 S * on j0 S)) i j * (\col_j0 solution y0 y j0) j 0 =
    M * chance i * solution y0 y i + M * chance i * (t - chance i * solution y0 y i).
  rewrite (bigD1 i) //= !mxE (eq_E _ (on_idem i)) product_on; congr (_ + _).
  have -> : t - chance i * solution y0 y i = \sum_(j < d | j != i) chance j * solution y0 y j.
    by rewrite /t (bigD1 i) //= addrC addKr.
  by rewrite mulr_sumr; apply: eq_bigr => j ji; rewrite !mxE product_on2 1?eq_sym // mulrA.
have c0 := chance_var i; transitivity (chance i * y0 + M * (chance i * (1 - chance i)) * solution y0 y i).
  by field; rewrite M0.
by rewrite /solution [X in _ + X]mulrC (divfK (mulf_neq0 M0 c0)) addrC subrK.
Qed.

Theorem product_unit : Gram product \in unitmx.
Proof.
apply: solvable_unit => y; rewrite [y]modelP.
by eexists; apply/eqP; apply: product_solves.
Qed.

Definition product_beta F j : R := cov product (on j) F / var product (on j).
Definition product_beta0 F : R := mean product F - \sum_j product_beta F j * chance j.

Theorem product_limit F : limit product F = model (product_beta0 F) (product_beta F).
Proof.
apply: limitP; first exact: product_unit.
rewrite GammaE -[RHS]product_solves; congr (_ *m _).
have M0 := M_neq0.
have same j : product_beta F j = solution (E product F) (fun j => E product (fun S => on j S * F S)) j.
  have := chance_var j; rewrite mulf_eq0 negb_or => /andP [c0 c1].
  rewrite /product_beta product_cov product_var /solution /mean product_mass.
  by field; rewrite M0 c0 c1.
apply: eq_model => //; rewrite /product_beta0 /mean product_mass; congr (_ - _).
by apply: eq_bigr => j _; rewrite same mulrC.
Qed.

End Product.
