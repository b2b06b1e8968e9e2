(* Shared: products over superpixels summed over masks, and a criterion for invertible matrices. *)

From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp Require Import ring zify.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Import GRing.Theory Order.TTheory Num.Theory.
Local Open Scope ring_scope.

(* sum over S of prod_j (a_j if j in S else b_j) = prod_j (a_j + b_j) *)
Lemma sum_prod (R : comRingType) (I : finType) (a b : I -> R) :
  \sum_(S : {set I}) \prod_j (if j \in S then a j else b j) = \prod_j (a j + b j).
Proof.
transitivity (\prod_j \sum_(c : bool) (if c then a j else b j)); last first.
  by apply: eq_bigr => j _; rewrite big_bool.
rewrite bigA_distr_bigA (reindex (fun f : {ffun I -> bool} => [set j | f j])) /=.
  by apply: eq_bigr => f _; apply: eq_bigr => j _; rewrite inE.
exists (fun S : {set I} => [ffun j => j \in S]) => [f | S] _.
  by apply/ffunP=> j; rewrite ffunE inE.
by apply/setP=> j; rewrite inE ffunE.
Qed.

(* a square matrix whose equations always have a solution is invertible *)
Lemma solvable_unit (R : fieldType) n (A : 'M[R]_n) : (forall y : 'cV[R]_n, exists x, A *m x == y) -> A \in unitmx.
Proof.
move=> solve; pose B := \matrix_(i, j) (xchoose (solve (col j 1%:M))) i 0.
suff /mulmx1_unit [] : A *m B = 1%:M by [].
apply/matrixP=> i j; have /eqP/colP/(_ i) := xchooseP (solve (col j 1%:M)).
by rewrite !mxE => <-; apply: eq_bigr => k _; rewrite mxE.
Qed.

(* the masks with j are the masks without j, plus j *)
Lemma sum_with (V : zmodType) (I : finType) (j : I) (G : {set I} -> V) :
  \sum_(S : {set I} | j \in S) G S = \sum_(S : {set I} | j \notin S) G (j |: S).
Proof.
rewrite (reindex_onto (fun S => j |: S) (fun S => S :\ j)) /= => [|S jS]; last exact: setD1K.
apply: eq_bigl => S; rewrite setU11 /=; apply/eqP/idP => [<- | jS]; last exact: setU1K.
by rewrite !inE eqxx.
Qed.
