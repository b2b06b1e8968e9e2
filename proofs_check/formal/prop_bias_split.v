(* prop:bias-split.  The error of a ridge regression on n sampled masks against the limit that was wanted splits into
   bandwidth, ridge and Monte Carlo parts.  The ridge part is
     beta_j^lambda - beta_j = - s lambda / (v + lambda) - (beta_j - s) lambda / (Delta + lambda),
   and over any finite law of samples the mean squared error about a target is the variance plus the squared bias. *)

From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp Require Import ring zify.
From LimeTheory Require Import design lem_alpha lem_count prop_gram_inverse thm_limit prop_ridge.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Import GRing.Theory Order.TTheory Num.Theory.
Local Open Scope ring_scope.

Section Split.
Variables (R : fieldType) (d : nat) (w : nat -> R) (lambda : R) (F : {set 'I_d} -> R).
Hypotheses (v_lambda : v d w + lambda != 0) (Delta_lambda : Delta d w + lambda != 0).

Theorem ridge_part j : ridge_beta w lambda F j - beta w F j =
  - (slope w F * lambda / (v d w + lambda)) - (beta w F j - slope w F) * lambda / (Delta d w + lambda).
Proof. by rewrite /ridge_beta; field; rewrite v_lambda Delta_lambda. Qed.

(* a finite law P of samples, an answer x of each *)
Variables (sample : finType) (P : sample -> R) (x : sample -> R).
Hypothesis P1 : \sum_i P i = 1.

Theorem mean_squared_error (target : R) : let m := \sum_i P i * x i in
  \sum_i P i * (x i - target) ^+ 2 = \sum_i P i * (x i - m) ^+ 2 + (m - target) ^+ 2.
Proof.
move=> m; have centred : \sum_i P i * (x i - m) = 0.
  by under eq_bigr do rewrite mulrBr; rewrite sumrB -mulr_suml P1 mul1r subrr.
transitivity (\sum_i (P i * (x i - m) ^+ 2 + P i * (x i - m) * (2%:R * (m - target)) + P i * (m - target) ^+ 2)).
  by apply: eq_bigr => i _; ring.
by rewrite !big_split /= -!mulr_suml P1 centred mul0r addr0 mul1r.
Qed.

(* with the limits under the design used, ridge or not, and under the design that was wanted *)
Theorem three_parts (wanted : R) j : let m := \sum_i P i * x i in
  \sum_i P i * (x i - wanted) ^+ 2 = \sum_i P i * (x i - m) ^+ 2 +
    ((m - ridge_beta w lambda F j) + (ridge_beta w lambda F j - beta w F j) + (beta w F j - wanted)) ^+ 2.
Proof. by move=> m; rewrite mean_squared_error -/m; congr (_ + _ ^+ 2); ring. Qed.

End Split.
