(* lem:stratified.  A finite stratum U of masks u with values y_u, sampled without replacement: the masks of the other
   folds are a set O, those of one fold a set B of m masks in the rest ~: O, each such B being as likely as another given
   O.  A surrogate g(O) may depend on the other folds in any way.  Then
     T = (1 / N) (sum_u g(u) + sum_{u in O} (y_u - g(u)) + (N' / m) sum_{u in B} (y_u - g(u))),   N' = N - |O|,
   has the mean of y over the stratum as its mean given O, hence over all samples; if O and B are the whole stratum, it is
   that mean itself.  T is also the sum of y over O plus N' times (the mean of g over the rest + the mean of y - g over B),
   over N. *)

From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp Require Import ring zify.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Import GRing.Theory Order.TTheory Num.Theory.
Local Open Scope ring_scope.

Section Stratum.
Variables (R : numFieldType) (U : finType) (y : U -> R) (g : {set U} -> U -> R).
Implicit Types (O B : {set U}) (m : nat).

Definition folds O m : {set {set U}} := [set B : {set U} | B \subset ~: O & #|B| == m].
Definition stratum_mean : R := (\sum_u y u) / #|U|%:R.
Definition left_over O u : R := y u - g O u.
Definition estimate O B : R :=
  (\sum_u g O u + \sum_(u in O) left_over O u + #|~: O|%:R / #|B|%:R * \sum_(u in B) left_over O u) / #|U|%:R.

(* the folds that have a given mask of the rest *)
Lemma folds_with O m u : u \notin O -> #|[set B in folds O m.+1 | u \in B]| = 'C(#|~: O|.-1, m).
Proof.
move=> uO; have := cardsID [set B : {set U} | u \in B] (folds O m.+1).
have -> : folds O m.+1 :&: [set B : {set U} | u \in B] = [set B in folds O m.+1 | u \in B] by apply/setP=> B; rewrite !inE.
have -> : folds O m.+1 :\: [set B : {set U} | u \in B] = [set B : {set U} | B \subset ~: O :\ u & #|B| == m.+1].
  by apply/setP=> B; rewrite !inE subsetD1 andbA [(u \notin B) && _]andbC.
rewrite /folds !cards_draws (cardsD1 u (~: O)) inE uO add1n /= binS addnC => /eqP.
by rewrite eqn_add2l => /eqP.
Qed.

Lemma sum_over_folds O m (r : U -> R) :
  \sum_(B in folds O m.+1) \sum_(u in B) r u = 'C(#|~: O|.-1, m)%:R * \sum_(u in ~: O) r u.
Proof.
rewrite (exchange_big_dep (mem (~: O))) /= => [|B u]; last by rewrite inE => /andP [/subsetP sub _] /sub.
rewrite mulr_sumr; apply: eq_bigr => u; rewrite inE => uO.
rewrite sumr_const -[LHS]mulr_natl -(folds_with m uO).
by rewrite cardsE.
Qed.

Lemma card_folds O m : #|folds O m| = 'C(#|~: O|, m).
Proof. exact: cards_draws. Qed.

Lemma sum_rest O (r : U -> R) : \sum_(u in O) r u + \sum_(u in ~: O) r u = \sum_u r u.
Proof. by rewrite [RHS](bigID (mem O)) /=; congr (_ + _); apply: eq_bigl => u; rewrite inE. Qed.

Lemma sum_estimate O m : \sum_(B in folds O m.+1) estimate O B = #|folds O m.+1|%:R * stratum_mean.
Proof.
have fold_size B : B \in folds O m.+1 -> #|B| = m.+1 by rewrite inE => /andP [_ /eqP].
rewrite /estimate -mulr_suml (eq_bigr (fun B => \sum_u g O u + \sum_(u in O) left_over O u +
  #|~: O|%:R / m.+1%:R * \sum_(u in B) left_over O u)) => [|B /fold_size -> //].
rewrite big_split /= sumr_const -mulr_sumr sum_over_folds mulrA.
have -> : #|~: O|%:R / m.+1%:R * 'C(#|~: O|.-1, m)%:R = #|folds O m.+1|%:R :> R.
  by rewrite card_folds mulrAC -natrM mul_bin_diag natrM mulrAC divff ?mul1r // pnatr_eq0.
rewrite -[X in X + _]mulr_natl -mulrDr -addrA sum_rest -big_split /= -mulrA; congr (_ * (_ / _)).
by apply: eq_bigr => u _; rewrite /left_over addrC subrK.
Qed.

(* given the other folds *)
Theorem fold_unbiased O m : (m < #|~: O|)%N ->
  (\sum_(B in folds O m.+1) estimate O B) / #|folds O m.+1|%:R = stratum_mean.
Proof. by move=> mO; rewrite sum_estimate mulrC mulKf // card_folds pnatr_eq0 -lt0n bin_gt0. Qed.

(* over all samples *)
Theorem sample_unbiased k m : (k + m < #|U|)%N ->
  (\sum_(O : {set U} | #|O| == k) \sum_(B in folds O m.+1) estimate O B) /
  (\sum_(O : {set U} | #|O| == k) #|folds O m.+1|)%:R = stratum_mean.
Proof.
move=> kmU; under eq_bigr do rewrite sum_estimate.
rewrite -mulr_suml natr_sum mulrC mulKf // -natr_sum pnatr_eq0 -lt0n.
have [O sub Ok] : exists2 O : {set U}, O \subset setT & #|O| = k.
  have /card_gt0P [O] : (0 < #|[set O : {set U} | O \subset setT & #|O| == k]|)%N.
    by rewrite cards_draws cardsT bin_gt0; lia.
  by rewrite inE => /andP [_ /eqP Ok]; exists O; rewrite ?subsetT.
rewrite (bigD1 O) ?Ok //= addn_gt0 card_folds bin_gt0; apply/orP; left.
by rewrite cardsCs setCK Ok; lia.
Qed.

(* nothing is left to chance *)
Theorem fold_exhausted O : (0 < #|~: O|)%N -> estimate O (~: O) = stratum_mean.
Proof.
move=> O0; rewrite /estimate divff ?pnatr_eq0 -?lt0n // mul1r -addrA sum_rest -big_split /=; congr (_ / _).
by apply: eq_bigr => u _; rewrite /left_over addrC subrK.
Qed.

(* by the surrogate's mean over the rest *)
Theorem by_the_rest O B : (0 < #|~: O|)%N -> (0 < #|B|)%N -> estimate O B =
  (\sum_(u in O) y u + #|~: O|%:R * ((\sum_(u in ~: O) g O u) / #|~: O|%:R + (\sum_(u in B) left_over O u) / #|B|%:R)) / #|U|%:R.
Proof.
move=> O0 B0; rewrite /estimate -(sum_rest O); congr (_ / _); rewrite /left_over sumrB.
have O1 : #|~: O|%:R != 0 :> R by rewrite pnatr_eq0 -lt0n.
rewrite mulrDr mulrCA divff // mulr1 mulrCA mulrA.
move: (\sum_(u in O) g O u) (\sum_(u in ~: O) g O u) (\sum_(u in O) y u) (\sum_(u in B) _) => a b c e.
by have B1 : #|B|%:R != 0 :> R by [rewrite pnatr_eq0 -lt0n]; field.
Qed.

End Stratum.
