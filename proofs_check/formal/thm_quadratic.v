(* thm:quadratic.  For every exchangeable design, so within each size, the part
     p_ij = z_i z_j - (z_i + z_j) (K - 1) / (d - 2) + K (K - 1) / ((d - 1) (d - 2))
   of a pair is orthogonal to 1 and to every z_l, and its product with F is the bracket of G_ij in the moments M_ij. *)

From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp Require Import ring.
From LimeTheory Require Import design lem_alpha.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Import GRing.Theory.
Local Open Scope ring_scope.

Section Quadratic.
Variables (R : fieldType) (d : nat) (w : nat -> R).
Notation mask := {set 'I_d}.
Notation mu := (exch w : mask -> R).
Notation a2 := (alpha d w 2 0).
Notation a3 := (alpha d w 3 0).
Hypotheses (d1 : d%:R - 1 != 0 :> R) (d2 : d%:R - 2%:R != 0 :> R).

Definition pair_part (i j : 'I_d) (S : mask) : R :=
  on i S * on j S - (on i S + on j S) * (K S - 1) / (d%:R - 2%:R)
  + K S * (K S - 1) / ((d%:R - 1) * (d%:R - 2%:R)).

(* products with the number of the other superpixels that are on *)
Lemma others_on i (S : mask) : on i S * (K S - 1) = \sum_(l | l != i) on i S * on l S :> R.
Proof.
by rewrite mulrBr mulr1 K_sum (bigD1 i) //= mulrDr on_idem addrAC subrr add0r mulr_sumr.
Qed.

Lemma pairs_on (S : mask) : K S * (K S - 1) = \sum_m \sum_(l | l != m) on m S * on l S :> R.
Proof. by rewrite [X in X * _]K_sum mulr_suml; apply: eq_bigr => m _; apply: others_on. Qed.

Lemma others (i : 'I_d) : #|[pred l | l != i]| = d.-1.
Proof. by rewrite cardC1 card_ord. Qed.

Lemma d_pos (i : 'I_d) : (d.-1)%:R = d%:R - 1 :> R.
Proof. by rewrite -subn1 natrB //; apply: leq_ltn_trans (ltn_ord i). Qed.

Lemma E_others i : E mu (fun S => on i S * (K S - 1)) = (d%:R - 1) * a2.
Proof.
rewrite (eq_E (fun S => \sum_(l | l != i) on i S * on l S)) => [|S]; last exact: others_on.
rewrite E_sum (eq_bigr (fun=> a2)) => [|l li]; last by apply: alpha2_E; rewrite eq_sym.
by rewrite sumr_const others -[LHS]mulr_natl (d_pos i).
Qed.

Lemma E_pairs (i : 'I_d) : E mu (fun S => K S * (K S - 1)) = d%:R * ((d%:R - 1) * a2).
Proof.
rewrite (eq_E (fun S => \sum_m on m S * (K S - 1))) => [|S]; last by rewrite [X in X * _]K_sum mulr_suml.
rewrite E_sum (eq_bigr (fun=> (d%:R - 1) * a2)) => [|m _]; last exact: E_others.
by rewrite sumr_const card_ord -[LHS]mulr_natl.
Qed.

Theorem pair_mean i j : i != j -> E mu (pair_part i j) = 0.
Proof.
move=> ij; rewrite (eq_E (fun S => on i S * on j S - (on i S * (K S - 1) + on j S * (K S - 1)) * (d%:R - 2%:R)^-1
  + K S * (K S - 1) * ((d%:R - 1) * (d%:R - 2%:R))^-1)) => [|S]; last by rewrite /pair_part; ring.
rewrite E_add E_sub E_scaler E_add !E_others E_scaler (E_pairs i) (alpha2_E _ ij).
by field; rewrite d1 d2.
Qed.

(* the same with a third superpixel on *)
Lemma E_on3 i j l : i != j -> l != i -> l != j -> E mu (fun S => on l S * (on i S * on j S)) = a3.
Proof.
move=> ij li lj; have <- : #|l |: [set i; j]| = 3%N by rewrite cardsU1 cards2 ij !inE (negPf li) (negPf lj).
rewrite -(card_empty d) -alpha_E 1?disjoint_sym ?disjoints_subset ?sub0set //.
apply: eq_E => S; rewrite leafE disjoints_subset sub0set andbT subUset !subUset !sub1set /on.
by case: (l \in S); case: (i \in S); case: (j \in S); rewrite ?mulr1 ?mulr0 ?mul0r.
Qed.

Lemma E_others_same l : E mu (fun S => on l S * (on l S * (K S - 1))) = (d%:R - 1) * a2.
Proof. by rewrite -(E_others l); apply: eq_E => S; rewrite mulrA on_idem. Qed.

Lemma E_others_other i l : l != i -> E mu (fun S => on l S * (on i S * (K S - 1))) = a2 + (d%:R - 2%:R) * a3.
Proof.
move=> li; rewrite (eq_E (fun S => \sum_(m | m != i) on l S * (on i S * on m S))) => [|S]; last first.
  by rewrite others_on mulr_sumr.
rewrite E_sum (bigD1 l) //=; congr (_ + _).
  rewrite -(alpha2_E _ li); apply: eq_E => S; rewrite mulrCA on_idem; exact: mulrC.
rewrite (eq_bigr (fun=> a3)) => [|m /andP [mi ml]]; last first.
  by apply: E_on3; rewrite // eq_sym.
rewrite sumr_const -[LHS]mulr_natl; congr (_ * _).
have e : (#|[pred m | (m != i) && (m != l)]| + 1 = d.-1)%N.
  by rewrite -(others i) [RHS](cardD1 l) !inE li addnC; congr (_ + _)%N; apply: eq_card => m; rewrite !inE andbC.
by apply: (addIr 1); rewrite -[X in _ + X]/(1%:R) -natrD e (d_pos i); ring.
Qed.

Lemma E_on_pairs l : E mu (fun S => on l S * (K S * (K S - 1))) =
  2%:R * (d%:R - 1) * a2 + (d%:R - 1) * (d%:R - 2%:R) * a3.
Proof.
rewrite (eq_E (fun S => \sum_m on l S * (on m S * (K S - 1)))) => [|S]; last first.
  by rewrite -mulr_sumr -mulr_suml -K_sum.
rewrite E_sum (bigD1 l) //= E_others_same (eq_bigr (fun=> a2 + (d%:R - 2%:R) * a3)) => [|m ml]; last first.
  by apply: E_others_other; rewrite eq_sym.
by rewrite sumr_const others -[X in _ + X]mulr_natl (d_pos l); ring.
Qed.

Lemma on_pair_part i j l : E mu (fun S => on l S * pair_part i j S) =
  E mu (fun S => on l S * (on i S * on j S))
  - (E mu (fun S => on l S * (on i S * (K S - 1))) + E mu (fun S => on l S * (on j S * (K S - 1)))) / (d%:R - 2%:R)
  + E mu (fun S => on l S * (K S * (K S - 1))) / ((d%:R - 1) * (d%:R - 2%:R)).
Proof. by rewrite -E_add -!E_scaler -E_sub -E_add; apply: eq_E => S; rewrite /pair_part; ring. Qed.

Lemma pair_on_own i j : i != j -> E mu (fun S => on i S * pair_part i j S) = 0.
Proof.
move=> ij; rewrite on_pair_part E_others_same E_others_other // E_on_pairs.
have -> : E mu (fun S => on i S * (on i S * on j S)) = a2.
  by rewrite -(alpha2_E _ ij); apply: eq_E => S; rewrite mulrA on_idem.
by field; rewrite d1 d2.
Qed.

Lemma pair_partC i j S : pair_part i j S = pair_part j i S.
Proof. by rewrite /pair_part; ring. Qed.

Theorem pair_on i j l : i != j -> E mu (fun S => on l S * pair_part i j S) = 0.
Proof.
move=> ij; case: (eqVneq l i) => [-> | li]; first exact: pair_on_own.
case: (eqVneq l j) => [-> | lj].
  by rewrite (eq_E (fun S => on j S * pair_part j i S)) => [|S]; [apply: pair_on_own; rewrite eq_sym | rewrite pair_partC].
rewrite on_pair_part (E_on3 ij li lj) !E_others_other // E_on_pairs.
by field; rewrite d1 d2.
Qed.

Variable F : mask -> R.
Definition moment i j : R := E mu (fun S => on i S * on j S * F S).
Definition row i : R := \sum_(l | l != i) moment i l.

Lemma E_row i : E mu (fun S => on i S * (K S - 1) * F S) = row i.
Proof.
rewrite (eq_E (fun S => \sum_(l | l != i) on i S * on l S * F S)) => [|S]; first by rewrite E_sum.
by rewrite others_on mulr_suml.
Qed.

Theorem pair_moments i j : E mu (fun S => pair_part i j S * F S) =
  moment i j - (row i + row j) / (d%:R - 2%:R) + (\sum_l row l) / ((d%:R - 1) * (d%:R - 2%:R)).
Proof.
have -> : \sum_l row l = E mu (fun S => K S * (K S - 1) * F S).
  rewrite (eq_bigr (fun l => E mu (fun S => on l S * (K S - 1) * F S))) => [|l _]; last by rewrite E_row.
  by rewrite -E_sum; apply: eq_E => S; rewrite [X in _ = X * _ * _]K_sum !mulr_suml.
rewrite -!E_row /moment -E_add -!E_scaler -E_sub -E_add.
by apply: eq_E => S; rewrite /pair_part; ring.
Qed.

End Quadratic.
