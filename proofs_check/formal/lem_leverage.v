(* lem:leverage.  l(z) = pi z~^T Sigma^{-1} z~ with z~ = (1, z).  For an exchangeable design
     z~^T Sigma^{-1} z~ = 1 / alpha_0 + (K - kappa)^2 / (alpha_0 V) + K (d - K) / (d Delta),
   and for every design with invertible Gram matrix E[l] = d + 1. *)

From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp Require Import ring.
From LimeTheory Require Import design lem_alpha lem_count prop_gram_inverse thm_limit.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Import GRing.Theory.
Local Open Scope ring_scope.

Section Mean.
Variables (R : fieldType) (d : nat) (mu : {set 'I_d} -> R).

Definition leverage S : R := ((zt R S)^T *m (invmx (Gram mu) *m zt R S)) 0 0.

Theorem mean_leverage : Gram mu \in unitmx -> E mu leverage = d%:R + 1.
Proof.
move=> U; transitivity (\tr (1%:M : 'M[R]_(1 + d))); last by rewrite mxtrace1 natrD addrC.
rewrite -(mulVmx U) {2}/Gram mulmx_sumr raddf_sum; apply: eq_bigr => S _ /=.
rewrite -scalemxAr mxtraceZ mulmxA mxtrace_mulC; congr (_ * _).
by rewrite /mxtrace big_ord1.
Qed.
End Mean.

Section Leverage.
Variables (R : fieldType) (d : nat) (w : nat -> R).
Notation mu := (exch w : {set 'I_d} -> R).
Notation a0 := (alpha d w 0 0).
Hypotheses (d0 : d%:R != 0 :> R) (a00 : a0 != 0) (cd0 : cd d w != 0) (Delta0 : Delta d w != 0).

Lemma ztE (S : {set 'I_d}) : zt R S = model 1 (fun j => on j S).
Proof. by []. Qed.

Theorem leverage_closed S : leverage mu S =
  1 / a0 + (K S - kappa mu) ^+ 2 / (a0 * sizevar mu) + K S * (d%:R - K S) / (d%:R * Delta d w).
Proof.
rewrite /leverage gram_inverse // inverse_arrow [zt R S in X in _ *m X]ztE mul_arrow_model zt_model -K_sum.
have -> : \sum_j (sigma1 d w / cd d w * 1 + (sigma2 d w - sigma3 d w) / cd d w * on j S
    + sigma3 d w / cd d w * K S) * on j S =
    (sigma1 d w / cd d w + (sigma2 d w - sigma3 d w) / cd d w + sigma3 d w / cd d w * K S) * K S.
  rewrite {3}K_sum mulr_sumr; apply: eq_bigr => j _.
  by rewrite /on; case: (j \in S) => /=; ring.
rewrite V_cd // /kappa /mean E_size alpha0_E /sigma0 /sigma1 /sigma2 /sigma3.
move: cd0 Delta0; rewrite /cd /Delta => c0 D0.
by field; rewrite a00 d0 c0 D0.
Qed.

End Leverage.
