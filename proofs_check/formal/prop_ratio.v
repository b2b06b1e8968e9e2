(* prop:ratio.  RISE, and PDA with 1 - z_j for z_j, is the ratio of two sums over independent units u, each a mask or a
   pair of complements: Y_j(u), the sum of pi z_j F, and N_j(u), that of pi z_j.  With r_j = E[Y_j] / E[N_j],
     sum Y_j / sum N_j - r_j = sum (Y_j - r_j N_j) / sum N_j,   E[Y_j - r_j N_j] = 0,
     E[(Y_j - r_j N_j)(Y_l - r_l N_l)] = E[Y_j Y_l] - r_l E[Y_j N_l] - r_j E[N_j Y_l] + r_j r_l E[N_j N_l],
   which for a mask at pi = 1 and l = j is P(z_j = 1) Var(F | z_j = 1).
   Of n independent masks let I be those that show j, |I| > 0.  Averaged over the samples with this I, the mean of F over
   I is r_j and its variance Var(F | z_j = 1) / |I|.
   Under a law with P(1 - z) = P(z), z_j F(z) + (1 - z_j) F(1 - z) has the mean r_j and the variance Var(F | z_j = 1). *)

From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp Require Import ring.
From LimeTheory Require Import design.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Import GRing.Theory.
Local Open Scope ring_scope.

Section Units.
Variables (R : fieldType) (unit : finType) (P : unit -> R).

Definition average (G : unit -> R) : R := \sum_u P u * G u.
Definition limit_ratio (Y N : unit -> R) : R := average Y / average N.

(* the error of a ratio has no remainder *)
Theorem ratio_error n (z : 'I_n -> unit) (Y N : unit -> R) r : \sum_i N (z i) != 0 ->
  (\sum_i Y (z i)) / (\sum_i N (z i)) - r = (\sum_i (Y (z i) - r * N (z i))) / \sum_i N (z i).
Proof. by move=> N0; rewrite sumrB -mulr_sumr mulrBl mulfK. Qed.

Lemma average_sub G H c : average (fun u => G u - c * H u) = average G - c * average H.
Proof. by rewrite /average mulr_sumr -sumrB; apply: eq_bigr => u _; ring. Qed.

Theorem score_centred Y N : average N != 0 -> average (fun u => Y u - limit_ratio Y N * N u) = 0.
Proof. by move=> N0; rewrite average_sub /limit_ratio divfK // subrr. Qed.

Theorem score_covariance Y N Y' N' r r' :
  average (fun u => (Y u - r * N u) * (Y' u - r' * N' u)) =
  average (fun u => Y u * Y' u) - r' * average (fun u => Y u * N' u) - r * average (fun u => N u * Y' u) +
  r * r' * average (fun u => N u * N' u).
Proof.
rewrite /average !mulr_sumr -!sumrB -big_split; apply: eq_bigr => u _ /=; ring.
Qed.

End Units.

Section Masks.
Variables (R : fieldType) (d : nat) (P : {set 'I_d} -> R) (F : {set 'I_d} -> R) (j : 'I_d).

Definition given_mean : R := E P (fun S => on j S * F S) / E P (on j).
Definition given_variance : R := E P (fun S => on j S * (F S - given_mean) ^+ 2) / E P (on j).
Notation score S := (on j S * F S - given_mean * on j S).

Theorem score_variance : E P (on j) != 0 ->
  E P (fun S => score S * score S) / E P (on j) ^+ 2 = given_variance / E P (on j).
Proof.
move=> a0; rewrite /given_variance (eq_E (fun S => on j S * (F S - given_mean) ^+ 2)) => [|S]; first by field.
by rewrite /on; case: (j \in S) => /=; ring.
Qed.

(* complement pairs *)
Definition member (S : {set 'I_d}) : R := on j S * F S + (1 - on j S) * F (~: S).
Hypotheses (P1 : mass P = 1) (even : forall S, P (~: S) = P S) (two : 2%:R != 0 :> R).

Lemma mirrored (G : {set 'I_d} -> R) : E P (fun S => (1 - on j S) * G (~: S)) = E P (fun S => on j S * G S).
Proof.
rewrite /E (reindex_inj (inv_inj (@setCK _))); apply: eq_bigr => S _ /=.
by rewrite even setCK /on !inE; case: (j \in S); rewrite /= ?subr0 ?subrr.
Qed.

Lemma half : E P (on j) = 2%:R^-1.
Proof.
have e : E P (fun S => 1 - on j S) = E P (on j).
  rewrite (eq_E (fun S => (1 - on j S) * 1)) => [|S]; last by rewrite mulr1.
  by rewrite (mirrored (fun=> 1)); apply: eq_E => S; rewrite mulr1.
move: e; rewrite E_sub E_const mul1r P1 => /(congr1 (fun x => x + E P (on j))).
rewrite subrK => e; by apply: (mulfI two); rewrite mulfV // mulr_natl mulr2n.
Qed.

Lemma half_neq0 : E P (on j) != 0.
Proof. by rewrite half invr_eq0. Qed.

Theorem pair_mean : E P member = given_mean.
Proof.
rewrite /member E_add (mirrored F) /given_mean half invrK -mulr2n -[LHS]mulr_natr; congr (_ * _).
Qed.

Theorem pair_variance : E P (fun S => (member S - given_mean) ^+ 2) = given_variance.
Proof.
rewrite (eq_E (fun S => on j S * (F S - given_mean) ^+ 2 + (1 - on j S) * (F (~: S) - given_mean) ^+ 2)) => [|S].
  rewrite E_add (mirrored (fun S => (F S - given_mean) ^+ 2)) /given_variance half invrK -mulr2n -[LHS]mulr_natr.
  by [].
by rewrite /member /on; case: (j \in S) => /=; ring.
Qed.

End Masks.

(* the samples of n masks in which those that show j are the ones of I *)
Section Given.
Variables (R : fieldType) (unit : finType) (P F : unit -> R) (shows : pred unit) (n : nat) (I : {set 'I_n}).
Notation sample := {ffun 'I_n -> unit}.
Hypotheses (a0 : \sum_(u | shows u) P u != 0) (I0 : #|I|%:R != 0 :> R).

Definition mean_shown : R := (\sum_(u | shows u) P u * F u) / \sum_(u | shows u) P u.
Definition variance_shown : R := (\sum_(u | shows u) P u * (F u - mean_shown) ^+ 2) / \sum_(u | shows u) P u.
Definition shown_in (z : sample) : R := (\prod_i P (z i)) * (\prod_i (shows (z i) == (i \in I))%:R).
Definition over_shown (z : sample) : R := (\sum_(i in I) F (z i)) / #|I|%:R.

Let h (i : 'I_n) (u : unit) : R := P u * (shows u == (i \in I))%:R.
Let q : R := \sum_z shown_in z.

Lemma shown_product (g : 'I_n -> unit -> R) :
  \sum_z shown_in z * \prod_i g i (z i) = \prod_i \sum_u h i u * g i u.
Proof.
rewrite bigA_distr_bigA; apply: eq_bigr => z _.
by rewrite /shown_in -!big_split.
Qed.

Lemma q_product : q = \prod_i \sum_u h i u.
Proof.
transitivity (\prod_i \sum_u h i u * 1); last first.
  by apply: eq_bigr => i _; apply: eq_bigr => u _; rewrite mulr1.
rewrite -(shown_product (fun _ _ => 1)); apply: eq_bigr => z _.
by rewrite big1 ?mulr1.
Qed.

Lemma h_shown i (G : unit -> R) : i \in I -> \sum_u h i u * G u = \sum_(u | shows u) P u * G u.
Proof.
move=> iI; rewrite [RHS]big_mkcond; apply: eq_bigr => u _.
by rewrite /h iI eqb_id; case: (shows u); rewrite ?mulr1 ?mulr0 ?mul0r.
Qed.

Let centred u : R := F u - mean_shown.

Lemma centred_mean : \sum_(u | shows u) P u * centred u = 0.
Proof.
rewrite /centred; under eq_bigr do rewrite mulrBr.
by rewrite sumrB -mulr_suml /mean_shown mulrC divfK // subrr.
Qed.

(* one factor, and two *)
Lemma shown_one i (G : unit -> R) : i \in I ->
  \sum_z shown_in z * G (z i) = q * ((\sum_(u | shows u) P u * G u) / \sum_(u | shows u) P u).
Proof.
move=> iI; transitivity (\sum_z shown_in z * \prod_k (if k == i then G (z k) else 1)).
  by apply: eq_bigr => z _; rewrite -big_mkcond big_pred1_eq.
rewrite (shown_product (fun k u => if k == i then G u else 1)) q_product (bigD1 i) //= [in RHS](bigD1 i) //= eqxx.
rewrite h_shown // [X in _ = X * _ * _](_ : _ = \sum_(u | shows u) P u); last first.
  transitivity (\sum_u h i u * 1); first by apply: eq_bigr => u _; rewrite mulr1.
  by rewrite h_shown //; apply: eq_bigr => u _; rewrite mulr1.
rewrite (_ : \prod_(k | k != i) _ = \prod_(k | k != i) \sum_u h k u).
  by rewrite [RHS]mulrAC; congr (_ * _); rewrite mulrC divfK.
by apply: eq_bigr => k /negPf ki; apply: eq_bigr => u _; rewrite ki mulr1.
Qed.

Lemma shown_two i k : i \in I -> k != i -> \sum_z shown_in z * (centred (z i) * centred (z k)) = 0.
Proof.
move=> iI ki; have ik : i != k by rewrite eq_sym.
transitivity (\sum_z shown_in z * \prod_l (if l == i then centred (z l) else if l == k then centred (z l) else 1)).
  apply: eq_bigr => z _; congr (_ * _); rewrite (bigD1 i) // (bigD1 k) //= !eqxx (negPf ki) big1 ?mulr1 // => l.
  by move=> /andP [/negPf -> /negPf ->].
rewrite (shown_product (fun l u => if l == i then centred u else if l == k then centred u else 1)).
by rewrite (bigD1 i) //= eqxx h_shown // centred_mean mul0r.
Qed.

Theorem mean_given : \sum_z shown_in z * over_shown z = mean_shown * q.
Proof.
transitivity ((\sum_(i in I) \sum_z shown_in z * F (z i)) / #|I|%:R).
  rewrite exchange_big mulr_suml; apply: eq_bigr => z _; by rewrite -mulr_sumr /over_shown mulrA.
rewrite (eq_bigr (fun=> q * mean_shown)) => [|i iI]; last exact: shown_one.
by rewrite sumr_const -mulr_natl; field.
Qed.

Theorem variance_given :
  \sum_z shown_in z * (over_shown z - mean_shown) ^+ 2 = variance_shown / #|I|%:R * q.
Proof.
have off z : over_shown z - mean_shown = (\sum_(i in I) centred (z i)) / #|I|%:R.
  by rewrite sumrB sumr_const -[mean_shown *+ _]mulr_natl mulrBl; congr (_ - _); rewrite mulrC mulKf.
transitivity ((\sum_(i in I) \sum_(k in I) \sum_z shown_in z * (centred (z i) * centred (z k))) / #|I|%:R ^+ 2).
  under eq_bigr do rewrite off.
  rewrite (eq_bigr (fun i => \sum_z \sum_(k in I) shown_in z * (centred (z i) * centred (z k)))) => [|i _]; last first.
    by rewrite exchange_big.
  rewrite exchange_big mulr_suml; apply: eq_bigr => z _; rewrite expr_div_n mulrA; congr (_ / _).
  rewrite expr2 mulr_suml mulr_sumr; apply: eq_bigr => i _.
  by rewrite !mulr_sumr; apply: eq_bigr => k _.
rewrite (eq_bigr (fun=> q * variance_shown)) => [|i iI].
  by rewrite sumr_const -mulr_natl; field.
rewrite (bigD1 i) //= [X in _ + X]big1 ?addr0 => [|k /andP [_ ki]]; last exact: shown_two.
rewrite (shown_one (fun u => centred u * centred u) iI) /variance_shown; congr (_ * (_ / _)).
Qed.

End Given.
