(* prop:unbiased.  n masks drawn independently from the law P (total mass 1), weights pi, so mu = P pi; Sigma its Gram
   matrix.  For every g, with r = F - g, the estimator
     T = Sigma^{-1} (1/n) sum_i pi(z_i) z~_i r(z_i) + limit(g)
   has mean limit(F): averaged over all samples (z_1, ..., z_n) with their probabilities it is exactly unbiased.
   The same holds for complement-paired sampling when P is symmetric under z -> 1 - z:
     T = Sigma^{-1} (1/n) sum_i (pi(z_i) z~_i r(z_i) + pi(1 - z_i) z~'_i r(1 - z_i)) / 2 + limit(g). *)

From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp Require Import ring.
From LimeTheory Require Import design.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Import GRing.Theory.
Local Open Scope ring_scope.

Section Unbiased.
Variables (R : fieldType) (d n : nat).
Notation mask := {set 'I_d}.
Notation sample := {ffun 'I_n -> mask}.
Variables (P weight : mask -> R) (F g : mask -> R).
Hypotheses (P1 : \sum_S P S = 1) (n0 : n%:R != 0 :> R).
Notation mu := (fun S => P S * weight S).

(* mean over all samples of n independent masks, of a vector *)
Definition average p (T : sample -> 'cV[R]_p) : 'cV[R]_p := \sum_(z : sample) (\prod_i P (z i)) *: T z.

Lemma average_one p (T : mask -> 'cV[R]_p) i : average (fun z => T (z i)) = \sum_S P S *: T S.
Proof.
apply/colP=> k; rewrite !summxE; under [RHS]eq_bigr do rewrite mxE.
transitivity (\prod_j \sum_S P S * (if j == i then T S k 0 else 1)).
  rewrite bigA_distr_bigA; apply: eq_bigr => z _; rewrite mxE big_split /=; congr (_ * _).
  by rewrite -big_mkcond big_pred1_eq.
rewrite (bigD1 i) //= eqxx [X in _ * X]big1 ?mulr1 // => j ji.
by rewrite (negPf ji) -[RHS]P1; apply: eq_bigr => S _; rewrite mulr1.
Qed.

Lemma average_const p (x : 'cV[R]_p) : average (fun=> x) = x.
Proof.
rewrite /average -scaler_suml; have -> : \sum_(z : sample) \prod_i P (z i) = 1; last by rewrite scale1r.
by rewrite -(bigA_distr_bigA (fun _ : 'I_n => P)); apply: big1 => i _; apply: P1.
Qed.

Lemma average_add p (T U : sample -> 'cV[R]_p) : average (fun z => T z + U z) = average T + average U.
Proof. by rewrite /average -big_split; apply: eq_bigr => z _; rewrite scalerDr. Qed.

Lemma average_mul p q (A : 'M[R]_(q, p)) (T : sample -> 'cV[R]_p) : average (fun z => A *m T z) = A *m average T.
Proof. by rewrite /average mulmx_sumr; apply: eq_bigr => z _; rewrite scalemxAr. Qed.

Lemma average_mean p (T : mask -> 'cV[R]_p) :
  average (fun z => n%:R^-1 *: \sum_i T (z i)) = \sum_S P S *: T S.
Proof.
transitivity (n%:R^-1 *: \sum_(i < n) average (fun z => T (z i))).
  rewrite /average exchange_big /= scaler_sumr; apply: eq_bigr => z _.
  by rewrite -scaler_sumr !scalerA mulrC.
rewrite [X in _ *: X = _](eq_bigr (fun=> \sum_S P S *: T S)) => [|i _]; last exact: average_one.
by rewrite sumr_const card_ord -scaler_nat scalerA mulVf // scale1r.
Qed.

Lemma Gamma_sub G H : Gamma mu (fun S => G S - H S) = Gamma mu G - Gamma mu H.
Proof. by rewrite /Gamma -sumrB; apply: eq_bigr => S _; rewrite mulrBr scalerBl. Qed.

Definition estimator (z : sample) : 'cV[R]_(1 + d) :=
  invmx (Gram mu) *m (n%:R^-1 *: \sum_i (weight (z i) * (F (z i) - g (z i))) *: zt R (z i)) + limit mu g.

Theorem unbiased : average estimator = limit mu F.
Proof.
rewrite average_add average_const average_mul (average_mean (fun S => (weight S * (F S - g S)) *: zt R S)).
have -> : \sum_S P S *: ((weight S * (F S - g S)) *: zt R S) = Gamma mu F - Gamma mu g.
  by rewrite -Gamma_sub /Gamma; apply: eq_bigr => S _; rewrite scalerA mulrA.
by rewrite mulmxBr /limit subrK.
Qed.

(* complement pairs *)
Definition term S : 'cV[R]_(1 + d) := (weight S * (F S - g S)) *: zt R S.
Definition paired (z : sample) : 'cV[R]_(1 + d) :=
  invmx (Gram mu) *m (n%:R^-1 *: \sum_i (2%:R^-1 *: (term (z i) + term (~: z i)))) + limit mu g.

Theorem paired_unbiased : 2%:R != 0 :> R -> (forall S, P (~: S) = P S) -> average paired = limit mu F.
Proof.
move=> two symmetric; rewrite average_add average_const average_mul.
rewrite (average_mean (fun S => 2%:R^-1 *: (term S + term (~: S)))).
have -> : \sum_S P S *: (2%:R^-1 *: (term S + term (~: S))) = \sum_S P S *: term S.
  transitivity (2%:R^-1 *: (\sum_S P S *: term S + \sum_S P S *: term (~: S))).
    by rewrite -big_split scaler_sumr; apply: eq_bigr => S _ /=; rewrite -scalerDr !scalerA mulrC.
  rewrite [X in _ + X](reindex_inj (inv_inj (@setCK _))) /=.
  under [X in _ + X]eq_bigr do rewrite symmetric setCK.
  by rewrite -mulr2n -scaler_nat scalerA mulVf // scale1r.
have -> : \sum_S P S *: term S = Gamma mu F - Gamma mu g.
  by rewrite -Gamma_sub /Gamma; apply: eq_bigr => S _; rewrite scalerA mulrA.
by rewrite mulmxBr /limit subrK.
Qed.

End Unbiased.
