(* prop:pairs-quadratic.  Part (i).  Let each mask weigh as much as its complement, mu (~: S) = mu S, and let
     quad S = b + sum_j a_j z_j + (1/2) sum_{i != j} q_ij z_i z_j,  q_ij = q_ji,
   solve the normal equations of F for 1 and every z_m, as the closest such function does.  Then the line with the slopes
   a_j + (1/2) sum_{i != j} q_ij solves them too, with an intercept of its own: it is the limit of F where Sigma is
   invertible. *)

From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp Require Import ring.
From LimeTheory Require Import design prop_linear.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Import GRing.Theory.
Local Open Scope ring_scope.

Section Pairs.
Variables (R : fieldType) (d : nat) (mu : {set 'I_d} -> R).
Hypothesis two : 2%:R != 0 :> R.
Hypothesis symmetric : forall S, mu (~: S) = mu S.
Implicit Types (F e : {set 'I_d} -> R).

Lemma E_complement F : E mu (fun S => F (~: S)) = E mu F.
Proof. by rewrite [RHS]/E (reindex_inj (inv_inj (@setCK _))) /=; apply: eq_bigr => S _; rewrite symmetric. Qed.

Lemma on_complement j (S : {set 'I_d}) : on j (~: S) = 1 - on j S :> R.
Proof. by rewrite /on inE; case: (j \in S); rewrite ?subrr ?subr0. Qed.

(* an even function has half of its mean where a superpixel is on *)
Theorem even_on m e : (forall S, e (~: S) = e S) -> 2%:R * E mu (fun S => on m S * e S) = E mu e.
Proof.
move=> even_e; rewrite mulr_natl mulr2n -{1}E_complement -E_add.
by apply: eq_E => S; rewrite on_complement even_e; ring.
Qed.

Variables (a : 'I_d -> R) (q : 'I_d -> 'I_d -> R) (b : R).
Hypothesis q_sym : forall i j, q i j = q j i.

Definition centre j : R := a j + (\sum_(i | i != j) q i j) / 2%:R.
Definition quad (S : {set 'I_d}) : R :=
  b + \sum_j a j * on j S + (\sum_j \sum_(i | i != j) q i j * (on i S * on j S)) / 2%:R.
Definition line (c : R) (S : {set 'I_d}) : R := c + \sum_j centre j * on j S.

Lemma gap c S : quad S - line c S =
  b - c - (\sum_j \sum_(i | i != j) q i j * (on j S * (1 - on i S))) / 2%:R.
Proof.
rewrite /quad /line.
have -> : \sum_j centre j * on j S =
    \sum_j a j * on j S + (\sum_j \sum_(i | i != j) q i j * on j S) / 2%:R.
  rewrite mulr_suml -big_split; apply: eq_bigr => j _ /=.
  by rewrite /centre mulrDl -mulr_suml mulrAC.
have -> : \sum_j \sum_(i | i != j) q i j * (on j S * (1 - on i S)) =
    \sum_j \sum_(i | i != j) q i j * on j S - \sum_j \sum_(i | i != j) q i j * (on i S * on j S).
  rewrite -sumrB; apply: eq_bigr => j _; rewrite -sumrB; apply: eq_bigr => i _; ring.
by field.
Qed.

Theorem gap_even c S : quad (~: S) - line c (~: S) = quad S - line c S.
Proof.
rewrite !gap; congr (_ - _ / _).
rewrite [RHS](exchange_big_dep xpredT) //=; apply: eq_bigr => j _; apply: eq_big => [i | i _].
  by rewrite eq_sym.
by rewrite !on_complement q_sym; ring.
Qed.

Variables (F : {set 'I_d} -> R) (c : R).
Hypotheses (quad_mean : E mu (fun S => F S - quad S) = 0)
           (quad_on : forall m, E mu (fun S => on m S * (F S - quad S)) = 0)
           (intercept : E mu (fun S => quad S - line c S) = 0).

Theorem line_mean : E mu (fun S => F S - line c S) = 0.
Proof.
rewrite (eq_E (fun S => (F S - quad S) + (quad S - line c S))) => [|S]; last by ring.
by rewrite E_add quad_mean intercept addr0.
Qed.

Theorem line_on m : E mu (fun S => on m S * (F S - line c S)) = 0.
Proof.
rewrite (eq_E (fun S => on m S * (F S - quad S) + on m S * (quad S - line c S))) => [|S]; last by ring.
rewrite E_add quad_on add0r; apply: (mulfI two); rewrite mulr0 even_on ?intercept // => S.
exact: gap_even.
Qed.

Theorem pairs_limit : Gram mu \in unitmx -> limit mu F = model c centre.
Proof.
move=> unit; apply: limitP => //; rewrite Gram_model !GammaE; apply: eq_model => [|m].
  by apply/eqP; rewrite eq_sym -subr_eq0 -E_sub; apply/eqP/line_mean.
apply/eqP; rewrite eq_sym -subr_eq0 -E_sub; apply/eqP; rewrite -[RHS](line_on m).
by apply: eq_E => S; rewrite /line mulrBr.
Qed.

End Pairs.
