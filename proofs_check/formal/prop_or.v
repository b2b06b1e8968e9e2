(* prop:or.  The product of two leaves is the leaf with the unions of their sets, or 0 if these meet.  Any (and max) of
   0/1 detectors g_i is sum_{I nonempty} (-1)^{|I| + 1} prod_{i in I} g_i.  The parity of |z| is
   (1 - prod_j (1 - 2 z_j)) / 2. *)

From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp Require Import ring zify.
From LimeTheory Require Import design sums.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Import GRing.Theory Order.TTheory Num.Theory.
Local Open Scope ring_scope.

Section Or.
Variables (R : fieldType) (d : nat).
Notation mask := {set 'I_d}.

Theorem leaf_product (A B C D S : mask) : leaf R A B S * leaf R C D S =
  if [disjoint A :|: C & B :|: D] then leaf R (A :|: C) (B :|: D) S else 0.
Proof.
have both : leaf R A B S * leaf R C D S = leaf R (A :|: C) (B :|: D) S.
  rewrite !leafE -natrM mulnb subUset disjoints_subset [in RHS]disjoints_subset subUset -!disjoints_subset.
  by rewrite andbACA.
rewrite both; case: ifP => // /negbT meet; rewrite leafE; case: andP => // - [AS BS].
case/negP: meet; rewrite disjoints_subset (subset_trans AS) // -disjoints_subset disjoint_sym.
exact: BS.
Qed.

Theorem inclusion_exclusion (n : nat) (g : 'I_n -> R) :
  1 - \prod_i (1 - g i) = \sum_(I : {set 'I_n} | I != set0) (- 1) ^+ #|I|.+1 * \prod_(i in I) g i.
Proof.
have -> : \prod_i (1 - g i) = \sum_(I : {set 'I_n}) \prod_i (if i \in I then - g i else 1).
  by rewrite sum_prod; apply: eq_bigr => i _; rewrite addrC.
rewrite (bigD1 set0) //= [X in 1 - (X + _)]big1 => [|i _]; last by rewrite inE.
rewrite opprD addNKr -sumrN; apply: eq_bigr => I _; rewrite -big_mkcond exprS mulN1r mulNr; congr (- _).
by rewrite prodrN.
Qed.

(* any of 0/1 detectors *)
Theorem any_detector (n : nat) (b : 'I_n -> bool) :
  ([exists i, b i])%:R = \sum_(I : {set 'I_n} | I != set0) (- 1) ^+ #|I|.+1 * \prod_(i in I) (b i)%:R :> R.
Proof.
rewrite -inclusion_exclusion; case: (boolP [exists i, b i]) => [/existsP [i bi] | /existsPn none].
  by rewrite (bigD1 i) //= bi subrr mul0r subr0.
by rewrite big1 ?subrr // => i _; rewrite (negPf (none i)) subr0.
Qed.

Theorem parity (S : mask) : 2%:R != 0 :> R -> (odd #|S|)%:R = (1 - \prod_j (1 - 2%:R * on j S)) / 2%:R :> R.
Proof.
move=> two; have -> : \prod_j (1 - 2%:R * on j S) = (- 1) ^+ #|S| :> R.
  rewrite -prodr_const [RHS]big_mkcond; apply: eq_bigr => j _.
  by rewrite /on; case: (j \in S); rewrite ?mulr1 ?mulr0 ?subr0 //; ring.
by rewrite -signr_odd; case: (odd #|S|) => /=; rewrite ?expr0 ?expr1; field.
Qed.

End Or.
