(* Shared: order in a numeric ring.  mathcomp 1 and 2 have these lemmas by different names; they are stated here by
   those of mathcomp 2 and proved by what both have.  Where the library has them, importing Num.Theory after this file
   takes the library's. *)

From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp Require Import ring.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Import GRing.Theory Order.TTheory Num.Theory.
Local Open Scope ring_scope.

Section Ring.
Variable R : numDomainType.
Implicit Types x y z : R.

Lemma lerDl x y : (x <= x + y) = (0 <= y).
Proof. by rewrite -[LHS]subr_ge0 addrAC subrr add0r. Qed.

Lemma lerDr x y : (x <= y + x) = (0 <= y).
Proof. by rewrite addrC lerDl. Qed.

Lemma gerDl x y : (x + y <= x) = (y <= 0).
Proof. by rewrite -[LHS]subr_ge0 opprD addrA subrr add0r oppr_ge0. Qed.

Lemma lerD2l x y z : (x + y <= x + z) = (y <= z).
Proof. by rewrite -[LHS]subr_ge0 opprD addrACA subrr add0r subr_ge0. Qed.

Lemma ltr_wpDr x y z : 0 <= x -> y < z -> y < z + x.
Proof. by move=> x0 yz; apply: (lt_le_trans yz); rewrite lerDl. Qed.

Lemma ler_pM2r x y z : 0 < x -> (y * x <= z * x) = (y <= z).
Proof. by move=> x0; rewrite -[LHS]subr_ge0 -mulrBl pmulr_lge0 // subr_ge0. Qed.

End Ring.

Lemma ltf_pV2 (R : numFieldType) : {in Num.pos &, {mono @GRing.inv R : x y /~ x < y}}.
Proof.
move=> x y; rewrite !posrE => x0 y0; have -> : (x^-1 < y^-1) = (0 < (x - y) * (x * y)^-1); last first.
  by rewrite pmulr_lgt0 ?invr_gt0 ?mulr_gt0 // subr_gt0.
by rewrite -[LHS]subr_gt0; congr (0 < _); field; rewrite !lt0r_neq0.
Qed.
