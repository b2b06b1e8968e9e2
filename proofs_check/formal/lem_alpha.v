(* lem:alpha.  For an exchangeable design with mass w(k) on each mask of size k, and disjoint sets A, B of a and b
   superpixels,
     E[pi prod_{j in A} z_j prod_{j in B} (1 - z_j)] = alpha_{a,b} = sum_k C(d - a - b, k - a) w(k).
   In particular E[pi] = alpha_0, E[pi z_j] = alpha_1, E[pi z_i z_j] = alpha_2 (i != j).  The table of the alpha_{a,b}
   obeys alpha_{a,b} = alpha_{a+1,b} + alpha_{a,b+1} (a + b < d). *)

From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp Require Import ring zify.
From LimeTheory Require Import design.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Import GRing.Theory.
Local Open Scope ring_scope.

Section Alpha.
Variables (R : fieldType) (d : nat) (w : nat -> R).
Notation mask := {set 'I_d}.
Implicit Types (A B S T C : mask).

(* the sum over the number i = k - a of further active superpixels *)
Lemma alpha_shift a b : (a + b <= d)%N ->
  alpha d w a b = \sum_(i < d.+1) 'C(d - a - b, i)%:R * w (a + i)%N.
Proof.
move=> abd; rewrite /alpha.
rewrite -(big_mkord (leq a) (fun k => 'C(d - a - b, k - a)%:R * w k)).
rewrite -(big_mkord xpredT (fun i => 'C(d - a - b, i)%:R * w (a + i)%N)).
rewrite -(@big_nat_widenl _ _ _ a 0 d.+1 xpredT) // -{1}[a]add0n big_addn.
rewrite (@big_nat_widen _ _ _ 0 (d.+1 - a) d.+1) ?leq_subr // big_mkcond /=.
apply: eq_bigr => i _; rewrite addnK addnC; case: ltnP => // large.
by rewrite bin_small ?mul0r //; lia.
Qed.

(* the masks that contain A and avoid B are A plus a subset of the others *)
Lemma sum_containing A B (f : mask -> R) : [disjoint A & B] ->
  \sum_(S : mask | (A \subset S) && [disjoint B & S]) f S = \sum_(T : mask | T \subset ~: (A :|: B)) f (A :|: T).
Proof.
move=> AB; rewrite (reindex_onto (fun T => A :|: T) (fun S => S :\: A)) /=; last first.
  by move=> S /andP [AS _]; rewrite setDE setUIr setUCr setIT; apply/setUidPr.
have out T j : T \subset ~: (A :|: B) -> j \in T -> (j \notin A) && (j \notin B).
  by move=> /subsetP TAB /TAB; rewrite !inE negb_or.
apply: eq_bigl => T; rewrite subsetUl /=; apply/andP/idP => [[BS /eqP e] | TAB].
  apply/subsetP=> j jT; rewrite !inE negb_or.
  have jS : j \in A :|: T by rewrite inE jT orbT.
  by rewrite (disjointFl BS jS) andbT; move: jT; rewrite -{1}e !inE => /andP [].
split.
  rewrite disjoint_subset; apply/subsetP=> j jB; rewrite !inE negb_or (disjointFl AB jB) /=.
  by apply/negP=> /(out _ _ TAB) /andP [_]; rewrite jB.
apply/eqP/setP=> j; rewrite !inE; case: (boolP (j \in T)) => [/(out _ _ TAB) /andP [-> _] | _] //=.
  by rewrite orbT.
by rewrite orbF andNb.
Qed.

Lemma alpha_E A B : [disjoint A & B] -> E (exch w) (@leaf R d A B) = alpha d w #|A| #|B|.
Proof.
move=> AB; have cardAB : (#|A| + #|B| <= d)%N.
  by rewrite -cardsUI (disjoint_setI0 AB) cards0 addn0 -[X in (_ <= X)%N]card_ord max_card.
rewrite alpha_shift // /E (eq_bigr (fun S : mask => if (A \subset S) && [disjoint B & S] then w #|S| else 0)).
  rewrite -big_mkcond sum_containing //.
  have -> : (d - #|A| - #|B|)%N = #|~: (A :|: B)|.
    by rewrite [RHS]cardsCs setCK cardsU (disjoint_setI0 AB) cards0 subn0 card_ord subnDA.
  rewrite -(sum_by_size _ (fun i => w (#|A| + i)%N)); apply: eq_bigr => T TC.
  congr w; rewrite cardsU disjoint_setI0 ?cards0 ?subn0 //.
  by rewrite disjoint_sym disjoints_subset (subset_trans TC) // setCS subsetUl.
by move=> S _; rewrite leafE /exch; case: ifP => _; rewrite ?mulr1 ?mulr0.
Qed.

Lemma card_empty : #|set0 : mask| = 0%N.
Proof. exact: cards0. Qed.

Lemma alpha0_E : mass (exch w : mask -> R) = alpha d w 0 0.
Proof.
rewrite -card_empty -alpha_E ?disjoints_subset ?sub0set //.
by apply: eq_E => S; rewrite leafE sub0set disjoints_subset sub0set.
Qed.

Lemma alpha1_E (i : 'I_d) : E (exch w) (on i) = alpha d w 1 0.
Proof.
rewrite -(cards1 i) -card_empty -alpha_E 1?disjoint_sym ?disjoints_subset ?sub0set //.
by apply: eq_E => S; rewrite leafE sub1set disjoints_subset sub0set andbT.
Qed.

Lemma alpha2_E (i j : 'I_d) : i != j -> E (exch w) (fun S => on i S * on j S) = alpha d w 2 0.
Proof.
move=> ij; have <- : #|[set i; j]| = 2%N by rewrite cards2 ij.
rewrite -card_empty -alpha_E 1?disjoint_sym ?disjoints_subset ?sub0set //.
by apply: eq_E => S; rewrite leafE subUset !sub1set disjoints_subset sub0set andbT -mulnb natrM.
Qed.

Lemma alpha_recurrence a b : (a + b < d)%N -> alpha d w a b = alpha d w a.+1 b + alpha d w a b.+1.
Proof.
move=> abd; rewrite !alpha_shift; [|lia..].
have -> : (d - a - b = (d - a.+1 - b).+1)%N by lia.
have -> : (d - a - b.+1 = d - a.+1 - b)%N by lia.
set n := (d - a.+1 - b)%N.
rewrite [LHS]big_ord_recl [X in _ = _ + X]big_ord_recl !bin0 addrCA; congr (_ + _).
under eq_bigr => i _ do rewrite lift0 binS natrD mulrDl.
rewrite big_split /= addrC; congr (_ + _).
rewrite [RHS]big_ord_recr /= [X in _ + X](_ : _ = 0) ?addr0; last by rewrite bin_small ?mul0r // /n; lia.
by apply: eq_bigr => i _; rewrite addSnnS.
Qed.

End Alpha.
