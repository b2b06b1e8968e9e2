(* cor:efficient.  Replacing the mean coefficient s by T / d, T = F(1) - F(0), gives the solution under the constraint
   sum_j beta_j = T: among all coefficients with that sum, for any fixed intercept b_0 (and for a free one),
     E[pi (F - b_0 - sum_j b_j z_j)^2] = (its value at beta) + Delta sum_j (b_j - beta_j)^2,
   so beta is the only minimiser when Delta > 0.
   With the Shapley mass w(k) = (d - 1) / (C(d, k) k (d - k)), 1 <= k <= d - 1, it is the Shapley value
     sum_{S not containing j} |S|! (d - |S| - 1)! / d! (F(S + j) - F(S)). *)

From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp Require Import ring zify.
From LimeTheory Require Import design order sums lem_alpha lem_count prop_gram_inverse thm_limit.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Import GRing.Theory Order.TTheory Num.Theory.
Local Open Scope ring_scope.

Section Efficient.
Variables (R : fieldType) (d : nat) (w : nat -> R).
Notation mask := {set 'I_d}.
Notation mu := (exch w : mask -> R).
Implicit Types (F : mask -> R) (b c : 'I_d -> R).

Definition total F : R := F setT - F set0.
Definition efficient F j : R := total F / d%:R + deviation w F j.
Definition squares F (b0 : R) b : R := E mu (fun S => (F S - (b0 + \sum_j b j * on j S)) ^+ 2).

Hypotheses (d0 : d%:R != 0 :> R) (Delta0 : Delta d w != 0).

Theorem efficient_sum F : \sum_j efficient F j = total F.
Proof.
by rewrite big_split /= sum_deviation // addr0 sumr_const card_ord -[LHS]mulr_natl mulrCA mulfV ?mulr1.
Qed.

(* the quadratic form on differences: coefficients with sum 0 *)
Lemma E_sum_square b : \sum_j b j = 0 -> E mu (fun S => (\sum_j b j * on j S) ^+ 2) = Delta d w * \sum_j b j ^+ 2.
Proof.
move=> b0; rewrite (eq_E (fun S => \sum_i \sum_j b i * b j * (on i S * on j S))) => [|S]; last first.
  rewrite expr2 mulr_suml; apply: eq_bigr => i _; rewrite mulr_sumr; apply: eq_bigr => j _; ring.
rewrite E_sum mulr_sumr.
under eq_bigr => i _ do rewrite E_sum (bigD1 i) //= E_scale (eq_E _ (on_idem i)) alpha1_E.
under eq_bigr => i _ do under eq_bigr => j ji do rewrite E_scale alpha2_E 1?eq_sym // -mulrA [b j * _]mulrC.
apply: eq_bigr => i _; rewrite -mulr_sumr -mulr_sumr.
have -> : \sum_(j | j != i) b j = - b i.
  by apply/eqP; rewrite -addr_eq0 addrC; move/eqP: b0; rewrite (bigD1 i).
by rewrite /Delta; ring.
Qed.

Lemma E_residual F (b0 : R) b (h : 'I_d -> R) : \sum_j b j = total F -> \sum_j h j = 0 ->
  (forall j, b j = efficient F j) ->
  E mu (fun S => (\sum_j h j * on j S) * (F S - (b0 + \sum_j b j * on j S))) = 0.
Proof.
move=> bT h0 be.
have moment i : E mu (fun S => on i S * (F S - (b0 + \sum_j b j * on j S))) =
    E mu (fun S => K S * F S) / d%:R - (b0 * alpha d w 1 0 + Delta d w * (total F / d%:R) + alpha d w 2 0 * total F).
  rewrite (eq_E (fun S => on i S * F S - (b0 * on i S + \sum_j b j * (on i S * on j S)))) => [|S]; last first.
    rewrite mulrBr mulrDr mulr_sumr [on i S * b0]mulrC; congr (_ - (_ + _)).
    by apply: eq_bigr => j _; rewrite mulrCA.
  rewrite E_sub E_add E_scale alpha1_E E_sum (bigD1 i) //= E_scale (eq_E _ (on_idem i)) alpha1_E.
  under eq_bigr => j ji do rewrite E_scale alpha2_E 1?eq_sym //.
  rewrite -mulr_suml.
  have -> : \sum_(j | j != i) b j = total F - b i by rewrite -bT [in RHS](bigD1 i) //= addrAC subrr add0r.
  rewrite be /efficient /deviation E_share; move: Delta0; rewrite /Delta => D0.
  by field; rewrite d0 D0.
rewrite (eq_E (fun S => \sum_i h i * (on i S * (F S - (b0 + \sum_j b j * on j S))))) => [|S]; last first.
  by rewrite mulr_suml; apply: eq_bigr => i _; rewrite mulrA.
rewrite E_sum; under eq_bigr do rewrite E_scale moment.
by rewrite -mulr_suml h0 mul0r.
Qed.

Theorem efficient_split F (b0 : R) c : \sum_j c j = total F ->
  squares F b0 c = squares F b0 (efficient F) + Delta d w * \sum_j (c j - efficient F j) ^+ 2.
Proof.
move=> cT; have h0 : \sum_j (c j - efficient F j) = 0 by rewrite sumrB cT efficient_sum subrr.
rewrite -(E_sum_square h0).
have := E_residual b0 (efficient_sum F) h0 (fun=> erefl).
move/(E_square_split (r := fun S => F S - (b0 + \sum_j efficient F j * on j S))) => <-.
apply: eq_E => S; congr (_ ^+ 2).
have -> : \sum_j (c j - efficient F j) * on j S = \sum_j c j * on j S - \sum_j efficient F j * on j S.
  by rewrite -sumrB; apply: eq_bigr => j _; rewrite mulrBl.
by ring.
Qed.

End Efficient.

Section Minimiser.
Variables (R : realFieldType) (d : nat) (w : nat -> R).
Hypotheses (d0 : (0 < d)%N) (Delta0 : 0 < Delta d w).

Theorem efficient_minimises (F : {set 'I_d} -> R) (b0 : R) (c : 'I_d -> R) : \sum_j c j = total F ->
  squares w F b0 (efficient w F) <= squares w F b0 c ?= iff [forall j, c j == efficient w F j].
Proof.
move=> cT; have dR : d%:R != 0 :> R by rewrite pnatr_eq0 -lt0n.
rewrite (efficient_split dR (lt0r_neq0 Delta0) b0 cT); split.
  rewrite lerDl; apply: mulr_ge0; first exact: ltW.
  by apply: sumr_ge0 => j _; rewrite sqr_ge0.
rewrite -subr_eq0 opprD addNKr oppr_eq0 mulf_eq0 gt_eqF //= psumr_eq0 => [|j _]; last exact: sqr_ge0.
apply/allP/forallP => e j; have := e j; rewrite ?mem_index_enum ?sqrf_eq0 ?subr_eq0 //=; last by move=> ->.
Qed.

End Minimiser.

Lemma fact_pred n : (0 < n)%N -> n`! = (n * (n - 1)`!)%N.
Proof. by case: n => // n _; rewrite factS subn1. Qed.

Section Shapley.
Variables (R : numFieldType) (d : nat).
Hypothesis d2 : (1 < d)%N.
Notation mask := {set 'I_d}.
Implicit Types (F : mask -> R).

Definition shapley_mass (k : nat) : R :=
  if (0 < k < d)%N then (d%:R - 1) / ('C(d, k)%:R * k%:R * (d%:R - k%:R)) else 0.
Definition shapley_weight (k : nat) : R := k`!%:R * (d - k - 1)`!%:R / d`!%:R.
Definition shapley F j : R := \sum_(S : mask | j \notin S) shapley_weight #|S| * (F (j |: S) - F S).

Lemma nat_neq0 n : (0 < n)%N -> n%:R != 0 :> R.
Proof. by move=> n0; rewrite pnatr_eq0 -lt0n. Qed.

Lemma natr_bin k : (k <= d)%N -> 'C(d, k)%:R = d`!%:R / (k`!%:R * (d - k)`!%:R) :> R.
Proof.
move=> kd; rewrite -(bin_fact kd) !natrM mulfK //.
by rewrite mulf_neq0 // nat_neq0 ?fact_gt0.
Qed.

Let d0 : d%:R != 0 :> R.
Proof. by rewrite nat_neq0; lia. Qed.

Let d1 : d%:R - 1 != 0 :> R.
Proof. by rewrite subr_eq0 pnatr_eq1; lia. Qed.

Lemma rest_neq0 k : (k < d)%N -> d%:R - k%:R != 0 :> R.
Proof. by move=> kd; rewrite subr_eq0 eqr_nat gtn_eqF. Qed.

Lemma shapley_Delta : Delta d shapley_mass = (d%:R - 1) / d%:R.
Proof.
apply: (mulfI (mulf_neq0 d0 d1)); rewrite count_Delta.
rewrite -(big_mkord xpredT (fun k => sizelaw d shapley_mass k * (k%:R * (d%:R - k%:R)))).
have dd : d = d.-1.+1 by lia.
rewrite big_nat_recl // mul0r mulr0 add0r {1}dd big_nat_recr //= -dd subrr !mulr0 addr0 big_nat.
rewrite (eq_bigr (fun=> d%:R - 1)) => [|k /andP [_ kd]].
  by rewrite -big_nat sumr_const_nat subn0 -[LHS]mulr_natl -subn1 natrB; [field; rewrite d0 | lia].
have k1d : (k.+1 < d)%N by lia.
rewrite /sizelaw /shapley_mass k1d /=.
have c0 : 'C(d, k.+1)%:R != 0 :> R by rewrite nat_neq0 // bin_gt0 ltnW.
have k0 : k.+1%:R != 0 :> R by rewrite nat_neq0.
have r0 := rest_neq0 k1d.
move: c0 k0 r0; move: ('C(d, k.+1)%:R) (k.+1%:R) => c e c0 k0 r0.
by field; rewrite c0 k0 r0.
Qed.

Lemma mass_with k : (k < d)%N ->
  (k.+1 == d)%:R / d%:R + shapley_mass k.+1 * (1 - k.+1%:R / d%:R) / Delta d shapley_mass = shapley_weight k.
Proof.
move=> kd; rewrite shapley_Delta /shapley_mass /shapley_weight /=; case: (eqVneq k.+1 d) => [e | ne].
  have -> : (k.+1 < d)%N = false by rewrite e ltnn.
  have -> : (d - k - 1 = 0)%N by lia.
  have f0 : k`!%:R != 0 :> R by rewrite nat_neq0 ?fact_gt0.
  have df : d`!%:R = d%:R * k`!%:R :> R by rewrite -natrM -{1}e factS e.
  by rewrite /= !mul0r addr0 fact0 df; move: f0; move: (k`!%:R) => fk f0; field; rewrite f0 d0.
have k1d : (k.+1 < d)%N by rewrite ltn_neqAle ne.
have r0 := rest_neq0 k1d; rewrite k1d natr_bin 1?ltnW // factS natrM.
have -> : (d - k - 1 = d - k.+1)%N by lia.
have f0 n : n`!%:R != 0 :> R by rewrite nat_neq0 ?fact_gt0.
have := f0 (d - k.+1)%N; have := f0 d; have := f0 k; have : k.+1%:R != 0 :> R by rewrite nat_neq0.
move: r0; move: (k.+1%:R) (d`!%:R) (k`!%:R) ((d - k.+1)`!%:R) => e fd fk fr r0 e0 k0 fd0 fr0.
by rewrite /= mul0r add0r; field; rewrite d0 d1 r0 e0 k0 fd0 fr0.
Qed.

Lemma mass_without k : (k < d)%N ->
  (k == 0%N)%:R / d%:R + shapley_mass k * (k%:R / d%:R) / Delta d shapley_mass = shapley_weight k.
Proof.
move=> kd; rewrite shapley_Delta /shapley_mass /shapley_weight; case: (posnP k) => [-> | k0].
  have f0 : (d - 1)`!%:R != 0 :> R by rewrite nat_neq0 ?fact_gt0.
  have df : d`!%:R = d%:R * (d - 1)`!%:R :> R by rewrite -natrM -fact_pred // ltnW.
  by rewrite /= !mul0r addr0 subn0 fact0 df; move: f0; move: ((d - 1)`!%:R) => fr f0; field; rewrite f0 d0.
have r0 := rest_neq0 kd; rewrite kd /= natr_bin 1?ltnW //.
have e : (d - k = (d - k - 1).+1)%N by lia.
have er : (d - k - 1).+1%:R = d%:R - k%:R :> R by rewrite -e natrB // ltnW.
rewrite {1}e factS natrM er.
have f0 n : n`!%:R != 0 :> R by rewrite nat_neq0 ?fact_gt0.
have := f0 (d - k - 1)%N; have := f0 d; have := f0 k; have : k%:R != 0 :> R by rewrite nat_neq0.
move: r0; move: (d`!%:R) (k`!%:R) ((d - k - 1)`!%:R) => fd fk fr r0 e0 k0' fd0 fr0.
by field; rewrite d0 d1 r0 e0 k0' fd0 fr0.
Qed.

Theorem efficient_shapley F j : efficient shapley_mass F j = shapley F j.
Proof.
have pick (A : mask) : F A = \sum_S (S == A)%:R * F S.
  rewrite (bigD1 A) //= eqxx mul1r big1 ?addr0 // => S /negPf ->; by rewrite mul0r.
transitivity (\sum_(S : mask) (((S == setT)%:R - (S == set0)%:R) / d%:R +
    shapley_mass #|S| * (on j S - K S / d%:R) / Delta d shapley_mass) * F S).
  rewrite /efficient /total /deviation {1}(pick setT) {1}(pick set0) -E_sub /E -sumrB !mulr_suml -big_split /=.
  apply: eq_bigr => S _; rewrite /exch; move: (shapley_mass #|S|) (F S) (on j S) (K S) => m f z k.
  transitivity (((S == setT)%:R - (S == set0)%:R) * f / d%:R + m * ((z - k / d%:R) * f) / Delta d shapley_mass).
    by rewrite !mulrBl.
  by rewrite [RHS]mulrDl; congr (_ + _); [exact: mulrAC | rewrite mulrA; exact: mulrAC].
rewrite (bigID (fun S : mask => j \in S)) /= /shapley.
rewrite [RHS](eq_bigr (fun S : mask => shapley_weight #|S| * F (j |: S) - shapley_weight #|S| * F S)) => [|S _];
  last by rewrite mulrBr.
rewrite sumrB -sumrN; congr (_ + _); last first.
  apply: eq_bigr => S jS; have kd : (#|S| < d)%N.
    rewrite -[X in (_ < X)%N](card_ord d) -cardsT proper_card // properE subsetT /=.
    by apply/negP => /subsetP /(_ j); rewrite inE (negPf jS) => /(_ isT).
  have -> : (S == setT) = false by apply/eqP => e; move: jS; rewrite e inE.
  rewrite -(mass_without kd) -cards_eq0 /on (negPf jS) /K /= mulr0n.
  by rewrite !sub0r mulNr mulrN mulNr -opprD mulNr.
transitivity (\sum_(S : mask | j \in S) shapley_weight #|S|.-1 * F S); last first.
  by rewrite sum_with; apply: eq_bigr => S jS; rewrite cardsU1 jS.
apply: eq_bigr => S jS; have k0 : (0 < #|S|)%N by rewrite card_gt0; apply/set0Pn; exists j.
have kd : (#|S| <= d)%N by rewrite -[X in (_ <= X)%N](card_ord d) max_card.
have -> : (S == set0) = false by apply/eqP => e; move: jS; rewrite e inE.
have -> : (S == setT) = (#|S|.-1.+1 == d).
  rewrite prednK // eqEcard subsetT /= cardsT card_ord eqn_leq kd; done.
have kd1 : (#|S|.-1 < d)%N by rewrite prednK.
by rewrite -(mass_with kd1) prednK // /on jS /K /= ?mulr0n ?mulr1n subr0.
Qed.

End Shapley.
