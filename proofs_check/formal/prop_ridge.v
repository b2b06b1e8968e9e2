(* prop:ridge.  The population ridge with penalty lambda on beta_1, ..., beta_d (not on the intercept) under an
   exchangeable design, v = alpha_0 V / d:
     beta_j^lambda = s v / (v + lambda) + (beta_j - s) Delta / (Delta + lambda),
     beta_0^lambda = E_mu[F] - kappa s v / (v + lambda).
   It solves (Sigma + lambda D) x = Gamma with D = diag(0, 1, ..., 1), and is the only solution.  Over an ordered field
   with masses >= 0 and lambda >= 0 its penalised loss E[pi (F - b_0 - sum_j b_j z_j)^2] + lambda sum_j b_j^2 is the
   smallest, and no other coefficients have one so small. *)

From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp Require Import ring zify.
From LimeTheory Require Import design order lem_alpha lem_count prop_gram_inverse prop_linear thm_limit.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Import GRing.Theory Order.TTheory Num.Theory.
Local Open Scope ring_scope.

Section Ridge.
Variables (R : fieldType) (d : nat) (w : nat -> R) (lambda : R) (F : {set 'I_d} -> R).
Notation mu := (exch w : {set 'I_d} -> R).
Notation a0 := (alpha d w 0 0).

Definition penalty : 'M[R]_(1 + d) := block_mx 0 0 0 lambda%:M.
Definition v : R := a0 * sizevar mu / d%:R.
Definition ridge_beta j : R :=
  slope w F * (v / (v + lambda)) + (beta w F j - slope w F) * (Delta d w / (Delta d w + lambda)).
Definition ridge_beta0 : R := mean mu F - kappa mu * (slope w F * (v / (v + lambda))).

Hypotheses (d0 : d%:R != 0 :> R) (a00 : a0 != 0) (cd0 : cd d w != 0) (Delta0 : Delta d w != 0).
Hypotheses (v_lambda : v + lambda != 0) (Delta_lambda : Delta d w + lambda != 0).

Lemma v_cd : v = cd d w / a0.
Proof. by rewrite /v V_cd //; field; rewrite d0 a00. Qed.

Lemma ridge_arrow :
  Gram mu + penalty = arrow d a0 (alpha d w 1 0) (alpha d w 1 0) (Delta d w + lambda) (alpha d w 2 0).
Proof.
rewrite gram_arrow /arrow /penalty add_block_mx !addr0; congr block_mx.
by rewrite addrAC -raddfD.
Qed.

Theorem ridge_normal : (Gram mu + penalty) *m model ridge_beta0 ridge_beta = Gamma mu F.
Proof.
have sum_ridge : \sum_j ridge_beta j = d%:R * (slope w F * (v / (v + lambda))).
  rewrite big_split /= sumr_const card_ord -[X in X + _]mulr_natl -mulr_suml sumrB sum_beta //.
  by rewrite sumr_const card_ord -[X in _ - X]mulr_natl subrr mul0r addr0.
rewrite ridge_arrow GammaE mul_arrow_model sum_ridge /ridge_beta0 /kappa /mean alpha0_E E_size.
apply: eq_model => [|j]; first by field; rewrite a00 v_lambda.
have c0 := cd0; move: v_lambda; rewrite /ridge_beta /beta /deviation slopeE // E_share v_cd => vl.
have cl : cd d w + lambda * a0 != 0.
  apply: contra_neq vl => e; have -> : cd d w / a0 + lambda = (cd d w + lambda * a0) / a0 by field.
  by rewrite e mul0r.
move: Delta_lambda Delta0 c0 cl; rewrite /cd /Delta => Dl D0 c0 cl.
by field; rewrite a00 d0 c0 D0 Dl cl.
Qed.

Theorem ridge_unit : Gram mu + penalty \in unitmx.
Proof.
rewrite ridge_arrow; apply: arrow_unit => //.
have -> : a0 * (Delta d w + lambda + d%:R * alpha d w 2 0) - d%:R * alpha d w 1 0 * alpha d w 1 0 = a0 * (v + lambda).
  by rewrite v_cd /cd /Delta; field.
by rewrite mulf_neq0.
Qed.

Theorem ridge_solution : invmx (Gram mu + penalty) *m Gamma mu F = model ridge_beta0 ridge_beta.
Proof. by rewrite -ridge_normal mulKmx // ridge_unit. Qed.

End Ridge.

Section Minimiser.
Variables (R : realFieldType) (d : nat) (lambda : R).
Implicit Types (mu F : {set 'I_d} -> R).

(* E[pi (F - b_0 - sum_j b_j z_j)^2] + lambda sum_j b_j^2 *)
Definition ridge_loss mu F (b0 : R) (b : 'I_d -> R) : R := loss mu F b0 b + lambda * \sum_j b j ^+ 2.

Lemma penalty_model (b0 : R) b : penalty d lambda *m model b0 b = model 0 (fun j => lambda * b j).
Proof.
rewrite /penalty /model mul_block_col !mul0mx !add0r mul_scalar_mx; congr col_mx.
  by apply/matrixP=> i j; rewrite !mxE mul0rn.
by apply/matrixP=> i j; rewrite !mxE.
Qed.

Lemma model_dot (c0 b0 : R) (c b : 'I_d -> R) : ((model c0 c)^T *m model b0 b) 0 0 = c0 * b0 + \sum_j c j * b j.
Proof.
rewrite /model tr_col_mx mul_row_col !mxE big_ord1 !mxE !mulr1n; congr (_ + _).
by apply: eq_bigr => j _; rewrite !mxE.
Qed.

Theorem ridge_split mu F b0 b c0 c : (Gram mu + penalty d lambda) *m model b0 b = Gamma mu F ->
  ridge_loss mu F c0 c = ridge_loss mu F b0 b +
  (E mu (fun S => (c0 - b0 + \sum_j (c j - b j) * on j S) ^+ 2) + lambda * \sum_j (c j - b j) ^+ 2).
Proof.
move=> e; have left : Gamma mu F - Gram mu *m model b0 b = model 0 (fun j => lambda * b j).
  by rewrite -e mulmxDl penalty_model addrAC subrr add0r.
rewrite /ridge_loss (loss_change _ _ b0 b) left model_dot mulr0 add0r.
have -> : \sum_j (c j - b j) * (lambda * b j) = lambda * \sum_j (c j - b j) * b j.
  by rewrite mulr_sumr; apply: eq_bigr => j _; rewrite mulrCA.
have -> : \sum_j c j ^+ 2 = \sum_j b j ^+ 2 + \sum_j (c j - b j) ^+ 2 + 2%:R * \sum_j (c j - b j) * b j.
  by rewrite mulr_sumr -!big_split; apply: eq_bigr => j _ /=; ring.
move: (loss mu F b0 b) (E mu _) (\sum_j b j ^+ 2) (\sum_j (c j - b j) ^+ 2) (\sum_j (c j - b j) * b j) => x y t u r.
by ring.
Qed.

Theorem ridge_minimises mu F b0 b c0 c : (forall S, 0 <= mu S) -> 0 <= lambda ->
  (Gram mu + penalty d lambda) *m model b0 b = Gamma mu F -> ridge_loss mu F b0 b <= ridge_loss mu F c0 c.
Proof.
move=> mu0 l0 e; rewrite (ridge_split c0 c e) lerDl addr_ge0 ?mulr_ge0 ?sumr_ge0 // => [S _ | j _]; last exact: sqr_ge0.
by rewrite mulr_ge0 ?sqr_ge0.
Qed.

Theorem ridge_unique mu F b0 b c0 c : (forall S, 0 <= mu S) -> 0 <= lambda ->
  Gram mu + penalty d lambda \in unitmx -> (Gram mu + penalty d lambda) *m model b0 b = Gamma mu F ->
  ridge_loss mu F c0 c <= ridge_loss mu F b0 b -> c0 = b0 /\ c =1 b.
Proof.
move=> mu0 l0 U normal; rewrite (ridge_split c0 c normal) gerDl; set e := E mu _; set p := lambda * _.
have e0 : 0 <= e by apply: sumr_ge0 => S _; rewrite mulr_ge0 ?sqr_ge0.
have p0 : 0 <= p by rewrite mulr_ge0 ?sumr_ge0 // => j _; apply: sqr_ge0.
move=> ep0; have /(mean_square_0 mu0) nothing : e <= 0 by apply: le_trans ep0; rewrite lerDl.
have p1 : p = 0 by apply/eqP; rewrite eq_le p0 andbT; apply: le_trans ep0; rewrite lerDr.
have unpenalised j : lambda * (c j - b j) = 0.
  move/eqP: p1; rewrite mulf_eq0 => /orP [/eqP -> | ]; first by rewrite mul0r.
  rewrite psumr_eq0 => [/allP /(_ j (mem_index_enum j)) /= | i _]; last exact: sqr_ge0.
  by rewrite sqrf_eq0 => /eqP ->; rewrite mulr0.
have /(congr1 (mulmx (invmx (Gram mu + penalty d lambda)))) :
    (Gram mu + penalty d lambda) *m model (c0 - b0) (fun j => c j - b j) = 0.
  rewrite mulmxDl penalty_model Gram_model /Gamma big1 => [|S _]; last by rewrite nothing scale0r.
  rewrite add0r; apply/colP=> i; case: (split_ordP i) => k ->; rewrite ?col_mxEu ?col_mxEd !mxE ?mul0rn //.
rewrite mulKmx // mulmx0 => /model_0 [z0 z]; split=> [|j]; apply/eqP; rewrite -subr_eq0 ?z0 //.
by rewrite z.
Qed.

(* of the closed form: no other coefficients do as well *)
Theorem ridge_only_minimiser (w : nat -> R) F c0 c : (forall k, 0 <= w k) -> 0 <= lambda ->
  (0 < d)%N -> 0 < alpha d w 0 0 -> 0 < cd d w -> 0 < Delta d w ->
  ridge_loss (exch w) F (ridge_beta0 w lambda F) (ridge_beta w lambda F) <= ridge_loss (exch w) F c0 c /\
  (ridge_loss (exch w) F c0 c <= ridge_loss (exch w) F (ridge_beta0 w lambda F) (ridge_beta w lambda F) ->
   c0 = ridge_beta0 w lambda F /\ c =1 ridge_beta w lambda F).
Proof.
move=> w0 l0 d0 a0 c0_gt0 D_gt0; have [an cn Dn] := And3 (lt0r_neq0 a0) (lt0r_neq0 c0_gt0) (lt0r_neq0 D_gt0).
have mu0 (S : {set 'I_d}) : 0 <= exch w S by apply: w0.
have dn : d%:R != 0 :> R by rewrite lt0r_neq0 ?ltr0n.
have v0 : v d w + lambda != 0 by rewrite lt0r_neq0 // ltr_wpDr // v_cd // divr_gt0.
have D0 : Delta d w + lambda != 0 by rewrite lt0r_neq0 // ltr_wpDr.
have normal := ridge_normal F dn an cn Dn v0 D0.
split; first exact: ridge_minimises.
by apply: ridge_unique => //; apply: ridge_unit.
Qed.

End Minimiser.
