(* prop:ridge.  The population ridge with penalty lambda on beta_1, ..., beta_d (not on the intercept) under an
   exchangeable design, v = alpha_0 V / d:
     beta_j^lambda = s v / (v + lambda) + (beta_j - s) Delta / (Delta + lambda),
     beta_0^lambda = E_mu[F] - kappa s v / (v + lambda).
   It solves (Sigma + lambda D) x = Gamma with D = diag(0, 1, ..., 1), and is the only solution. *)

From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp Require Import ring.
From LimeTheory Require Import design lem_alpha lem_count prop_gram_inverse thm_limit.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Import GRing.Theory.
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
