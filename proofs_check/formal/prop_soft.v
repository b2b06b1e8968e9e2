(* prop:soft.  Soft masks M_j(u) that sum to one at each pixel u; the image of a mask S is
     x(S)_u = xib_u + m_S(u) (xi_u - xib_u),   m_S = sum_j z_j M_j.
   For f(x) = b + sum_u lambda_u x_u and EVERY design with an invertible Gram matrix, and every sample of full rank,
     beta_j = sum_u M_j(u) lambda_u (xi_u - xib_u),   beta_0 = f(xib),   sum_j beta_j = f(xi) - f(xib).
   If |f(x) - f(y)| <= sum_u L_u |x_u - y_u| and pixel u is in superpixel part(u), the crisp masks differ by
     |f(x(S)) - f(crisp x(S))| <= sum_u L_u |m_S(u) - z_part(u)| |xi_u - xib_u|
                               <= sum_u L_u (1 - M_part(u)(u)) |xi_u - xib_u|,
   and under independent Bernoulli(p) masks |m_S(u) - z_part(u)| has the mean 2 p (1 - p) (1 - M_part(u)(u)). *)

From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp Require Import ring.
From LimeTheory Require Import design order sums prop_linear prop_product.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Import GRing.Theory Order.TTheory Num.Theory.
Local Open Scope ring_scope.

Section Additive.
Variables (R : fieldType) (d : nat) (pixel : finType) (M : 'I_d -> pixel -> R) (xi xib lambda : pixel -> R) (b : R).
Notation mask := {set 'I_d}.
Notation f := (linear lambda b).

Definition visible (S : mask) (u : pixel) : R := \sum_j on j S * M j u.
Definition blended (S : mask) (u : pixel) : R := xib u + visible S u * (xi u - xib u).
Definition soft_coefficient (j : 'I_d) : R := \sum_u M j u * (lambda u * (xi u - xib u)).

Theorem soft_additive S : f (blended S) = f xib + \sum_j soft_coefficient j * on j S.
Proof.
have -> : \sum_j soft_coefficient j * on j S = \sum_u lambda u * (visible S u * (xi u - xib u)).
  under eq_bigr do rewrite mulr_suml.
  rewrite exchange_big; apply: eq_bigr => u _; rewrite /visible mulr_suml mulr_sumr.
  by apply: eq_bigr => j _; ring.
rewrite /linear -addrA; congr (_ + _); rewrite -big_split; apply: eq_bigr => u _.
by rewrite /blended mulrDr.
Qed.

Theorem soft_limit mu : Gram mu \in unitmx ->
  limit mu (fun S => f (blended S)) = model (f xib) soft_coefficient.
Proof.
move=> U; rewrite -(limit_additive _ _ U) /limit; congr (_ *m _).
by apply: eq_bigr => S _; rewrite soft_additive.
Qed.

Theorem soft_estimate n (sample : 'I_n -> mask) (p : 'I_n -> R) :
  let Sigma := \sum_i p i *: (zt R (sample i) *m (zt R (sample i))^T) in Sigma \in unitmx ->
  invmx Sigma *m (\sum_i (p i * f (blended (sample i))) *: zt R (sample i)) = model (f xib) soft_coefficient.
Proof.
move=> Sigma U; rewrite -[RHS](mulKmx U); congr (_ *m _).
rewrite /Sigma mulmx_suml; apply: eq_bigr => i _.
by rewrite soft_additive -zt_model -scalemxAl zt_outer scalerA.
Qed.

Theorem soft_sum : (forall u, \sum_j M j u = 1) -> \sum_j soft_coefficient j = f xi - f xib.
Proof.
move=> one; rewrite exchange_big /linear opprD addrACA subrr add0r -sumrB; apply: eq_bigr => u _.
by rewrite -mulr_suml one mul1r mulrBr.
Qed.

(* crisp masks are those of prop:linear *)
Theorem soft_crisp (part : pixel -> 'I_d) j : (forall i u, M i u = (part u == i)%:R) ->
  soft_coefficient j = coefficient part xi xib lambda j.
Proof.
move=> crisp; rewrite /soft_coefficient /coefficient [RHS]big_mkcond; apply: eq_bigr => u _.
by rewrite crisp; case: eqP => _; rewrite ?mul1r ?mul0r.
Qed.

End Additive.

Section Bound.
Variables (R : realFieldType) (d : nat) (pixel : finType) (M : 'I_d -> pixel -> R) (part : pixel -> 'I_d).
Variables (xi xib L : pixel -> R) (f : (pixel -> R) -> R).
Notation mask := {set 'I_d}.
Hypotheses (M0 : forall j u, 0 <= M j u) (one : forall u, \sum_j M j u = 1).
Implicit Types (S : mask) (u : pixel).

Lemma others u : \sum_(j | j != part u) M j u = 1 - M (part u) u.
Proof. by rewrite -(one u) [in RHS](bigD1 (part u)) //= addrAC subrr add0r. Qed.

Lemma visible_ge0 S u : 0 <= visible M S u.
Proof. by apply: sumr_ge0 => j _; rewrite mulr_ge0 ?ler0n. Qed.

Lemma visible_le1 S u : visible M S u <= 1.
Proof.
rewrite -(one u); apply: ler_sum => j _; rewrite -[X in _ <= X]mul1r.
by rewrite -subr_ge0 -mulrBl mulr_ge0 // subr_ge0 lern1 leq_b1.
Qed.

(* the distance of the two states of a pixel, without the absolute value *)
Lemma visible_apart S u : `|visible M S u - on (part u) S| =
  on (part u) S * (1 - visible M S u) + (1 - on (part u) S) * visible M S u.
Proof.
have v0 := visible_ge0 S u; have v1 := visible_le1 S u; rewrite /on; case: (part u \in S).
  by rewrite ler0_norm ?subr_le0 // opprB subrr mul0r addr0 mul1r.
by rewrite subr0 ger0_norm // mul0r add0r subr0 mul1r.
Qed.

Theorem visible_distance S u : `|visible M S u - on (part u) S| <= 1 - M (part u) u.
Proof.
rewrite visible_apart /visible (bigD1 (part u)) //=; set s := \sum_(j | _) _.
have s0 : 0 <= s by apply: sumr_ge0 => j _; rewrite mulr_ge0 ?ler0n.
have s1 : s <= 1 - M (part u) u.
  rewrite -others; apply: ler_sum => j _; rewrite -[X in _ <= X]mul1r -subr_ge0 -mulrBl mulr_ge0 //.
  by rewrite subr_ge0 lern1 leq_b1.
rewrite /on; case: (part u \in S).
  by rewrite -subr_ge0 (_ : _ - _ = s) //=; ring.
by rewrite !mul0r !add0r subr0 mul1r.
Qed.

(* attained where the superpixel of u is shown alone *)
Theorem distance_attained u : `|visible M [set part u] u - on (part u) [set part u]| = 1 - M (part u) u.
Proof.
rewrite visible_apart; have -> : on (part u) [set part u] = 1 :> R by rewrite /on inE eqxx.
rewrite subrr mul0r addr0 mul1r; congr (1 - _); rewrite /visible (bigD1 (part u)) //= big1 ?addr0.
  by rewrite /on inE eqxx mul1r.
by move=> j /negPf ju; rewrite /on inE ju mul0r.
Qed.

Hypotheses (L0 : forall u, 0 <= L u) (steep : forall x y, `|f x - f y| <= \sum_u L u * `|x u - y u|).

Theorem soft_difference S : `|f (blended M xi xib S) - f (masked part xi xib S)| <=
  \sum_u L u * (`|visible M S u - on (part u) S| * `|xi u - xib u|).
Proof.
apply: le_trans (steep _ _) _; apply: ler_sum => u _; rewrite -normrM /blended /masked.
by rewrite (_ : _ - _ = (visible M S u - on (part u) S) * (xi u - xib u)) ?lexx //; ring.
Qed.

Theorem soft_leak S : `|f (blended M xi xib S) - f (masked part xi xib S)| <=
  \sum_u L u * ((1 - M (part u) u) * `|xi u - xib u|).
Proof.
apply: le_trans (soft_difference S) _; apply: ler_sum => u _.
rewrite -subr_ge0 -mulrBr -mulrBl !mulr_ge0 // subr_ge0; exact: visible_distance.
Qed.

(* the first bound is attained by a linear f *)
Theorem difference_attained S (lambda : pixel -> R) b :
  (forall u, lambda u * ((visible M S u - on (part u) S) * (xi u - xib u)) =
             L u * (`|visible M S u - on (part u) S| * `|xi u - xib u|)) ->
  linear lambda b (blended M xi xib S) - linear lambda b (masked part xi xib S) =
  \sum_u L u * (`|visible M S u - on (part u) S| * `|xi u - xib u|).
Proof.
move=> aligned; rewrite /linear opprD addrACA subrr add0r -sumrB; apply: eq_bigr => u _.
by rewrite -aligned /blended /masked; ring.
Qed.

Variables (p : R).
Hypotheses (p0 : p != 0) (q0 : 1 - p != 0).
Notation mu := (product (fun=> p) (fun=> 1 - p) : mask -> R).

Let t0 (j : 'I_d) : p + (1 - p) != 0.
Proof. by rewrite addrC subrK oner_neq0. Qed.

Let total : \prod_(j < d) (p + (1 - p)) = 1.
Proof. by apply: big1 => j _; rewrite addrC subrK. Qed.

Let one_on j : E mu (on j) = p.
Proof. by rewrite product_on // total mul1r /chance addrC subrK divr1. Qed.

Let two_on i j : i != j -> E mu (fun S => on i S * on j S) = p * p.
Proof. by move=> ij; rewrite product_on2 // total mul1r /chance addrC subrK divr1. Qed.

Theorem mean_distance u :
  E mu (fun S => `|visible M S u - on (part u) S|) = 2%:R * p * (1 - p) * (1 - M (part u) u).
Proof.
have v1 : E mu (fun S => visible M S u) = p.
  rewrite E_sum; under eq_bigr do rewrite E_scaler one_on.
  by rewrite -mulr_sumr one mulr1.
have zv : E mu (fun S => on (part u) S * visible M S u) = p * M (part u) u + p * p * (1 - M (part u) u).
  rewrite (eq_E (fun S => \sum_j on (part u) S * on j S * M j u)) => [|S]; last first.
    by rewrite /visible mulr_sumr; apply: eq_bigr => j _; rewrite mulrA.
  rewrite E_sum (bigD1 (part u)) //= E_scaler (eq_E _ (on_idem (part u))) one_on; congr (_ + _).
  rewrite -others mulr_sumr; apply: eq_bigr => j ju; by rewrite E_scaler two_on 1?eq_sym.
rewrite (eq_E (fun S => on (part u) S - 2%:R * (on (part u) S * visible M S u) + visible M S u)) => [|S].
  by rewrite E_add E_sub E_scale zv v1 one_on; ring.
by rewrite visible_apart; ring.
Qed.

End Bound.
