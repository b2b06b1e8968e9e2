(* prop:parity.  F = F_odd + F_even with F_even(z) = (F(z) + F(1 - z)) / 2.  For a contrast c(1 - z) = -c(z),
     sum_z w(|z|) c(z) F(z) = sum_z c(z) ((w(|z|) + w(d - |z|)) / 2 F_odd(z) + (w(|z|) - w(d - |z|)) / 2 F_even(z)).
   If w(k) = w(d - k), the even part vanishes from it: for c = z_j - K/d and c = K - d/2 (kappa = d/2), so
   beta_1, ..., beta_d of F_even are zero. *)

From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp Require Import ring zify.
From LimeTheory Require Import design lem_alpha lem_count prop_gram_inverse thm_limit.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Import GRing.Theory Order.TTheory Num.Theory.
Local Open Scope ring_scope.

Section Parity.
Variables (R : fieldType) (d : nat) (w : nat -> R).
Hypothesis two : 2%:R != 0 :> R.
Notation mask := {set 'I_d}.
Notation mu := (exch w : mask -> R).
Implicit Types (F c : mask -> R).

Definition even F S : R := (F S + F (~: S)) / 2%:R.
Definition odd_part F S : R := (F S - F (~: S)) / 2%:R.

Theorem parts F S : F S = odd_part F S + even F S.
Proof. by rewrite /odd_part /even; field. Qed.

Lemma complement_sum (f : mask -> R) : \sum_S f (~: S) = \sum_S f S.
Proof. by rewrite [RHS](reindex_inj (inv_inj (@setCK _))). Qed.

Lemma card_complement (S : mask) : #|~: S| = (d - #|S|)%N.
Proof. by rewrite cardsCs setCK card_ord. Qed.

Theorem parity_weights F c : (forall S, c (~: S) = - c S) ->
  \sum_(S : mask) w #|S| * c S * F S = \sum_(S : mask) c S * ((w #|S| + w (d - #|S|)%N) / 2%:R * odd_part F S
                                           + (w #|S| - w (d - #|S|)%N) / 2%:R * even F S).
Proof.
move=> oddc; pose f (S : mask) := w #|S| * c S * F S.
transitivity (\sum_S (f S + f (~: S)) / 2%:R).
  by rewrite -mulr_suml big_split /= complement_sum -mulr2n -mulr_natl mulrC mulKf.
by apply: eq_bigr => S _; rewrite /f /odd_part /even oddc card_complement; field.
Qed.

Hypothesis symmetric : forall k, (k <= d)%N -> w (d - k)%N = w k.

Lemma weight_complement (S : mask) : w (d - #|S|)%N = w #|S|.
Proof. by rewrite symmetric // -[X in (_ <= X)%N](card_ord d) max_card. Qed.

Theorem even_vanishes F c : (forall S, c (~: S) = - c S) -> E mu (fun S => c S * even F S) = 0.
Proof.
move=> oddc; have both (f : mask -> R) : \sum_S (f S + f (~: S)) = 2%:R * \sum_S f S.
  by rewrite big_split /= complement_sum -mulr2n mulr_natl.
apply: (mulfI two); rewrite mulr0 /E -both big1 // => S _.
by rewrite /exch oddc card_complement weight_complement /even setCK; ring.
Qed.

Lemma size_complement (S : mask) : K (~: S) = d%:R - K S :> R.
Proof. by rewrite /K card_complement natrB // -[X in (_ <= X)%N](card_ord d) max_card. Qed.

Lemma on_complement j (S : mask) : on j (~: S) = 1 - on j S :> R.
Proof. by rewrite /on inE; case: (j \in S); rewrite ?subrr ?subr0. Qed.

Hypotheses (d0 : d%:R != 0 :> R) (a00 : alpha d w 0 0 != 0) (cd0 : cd d w != 0).

Theorem symmetric_kappa : kappa mu = d%:R / 2%:R.
Proof.
have m0 : mass mu != 0 by rewrite alpha0_E.
have := even_vanishes (fun=> 1) (c := fun S => K S - d%:R / 2%:R).
rewrite (eq_E (fun S => K S - d%:R / 2%:R)) => [|S]; last by rewrite /even; field.
rewrite E_sub E_const => zero; apply: (mulIf m0).
rewrite /kappa /mean divfK //; apply/eqP; rewrite -subr_eq0; apply/eqP/zero => S.
by rewrite size_complement; field.
Qed.

Theorem even_has_no_coefficients F j : beta w (even F) j = 0.
Proof.
have slope0 : E mu (fun S => (K S - d%:R / 2%:R) * even F S) = 0.
  by apply: even_vanishes => S; rewrite size_complement; field.
have on0 : E mu (fun S => (on j S - K S / d%:R) * even F S) = 0.
  by apply: even_vanishes => S; rewrite size_complement on_complement; field.
rewrite /beta; have -> : slope w (even F) = 0.
  have e : E mu (fun S => K S * even F S) = d%:R / 2%:R * E mu (even F).
    rewrite -E_scale; apply/eqP; rewrite -subr_eq0 -E_sub; apply/eqP; rewrite -[RHS]slope0.
    by apply: eq_E => S; ring.
  have half : d%:R * alpha d w 1 0 = d%:R / 2%:R * alpha d w 0 0.
    by rewrite -symmetric_kappa /kappa /mean alpha0_E divfK // E_size.
  by rewrite slopeE // e half mulrCA mulrA subrr mul0r.
rewrite add0r /deviation -E_sub (eq_E (fun S => (on j S - K S / d%:R) * even F S)) => [|S]; last by ring.
by rewrite on0 mul0r.
Qed.

End Parity.
