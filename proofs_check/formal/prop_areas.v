(* prop:areas.  Part (ii).  Independent coordinates, u_j and v_j the chances of z_j = 1 and z_j = 0, times a weight of the size:
     mu S = pi (#|S|) prod_j (u_j if j in S else v_j).  Two superpixels exchanged:
     E[pi z_i (1 - z_j)] v_i u_j = E[pi z_j (1 - z_i)] u_i v_j,
   and, with odds o = u/v, E[pi z_i z_j] (o_i - o_j) = o_i E[pi z_j] - o_j E[pi z_i]. *)

From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp Require Import perm.
From mathcomp Require Import ring.
From LimeTheory Require Import design.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Import GRing.Theory.
Local Open Scope ring_scope.

Section Areas.
Variables (R : fieldType) (d : nat) (u v : 'I_d -> R) (weight : nat -> R).
Notation mask := {set 'I_d}.
Definition unequal (S : mask) : R := weight #|S| * \prod_j (if j \in S then u j else v j).
Notation mu := unequal.

Variables (i j : 'I_d).
Hypothesis ij : i != j.

(* the superpixels i and j exchanged *)
Definition swap (S : mask) : mask := tperm i j @: S.

Lemma in_swap S k : (k \in swap S) = (tperm i j k \in S).
Proof. by rewrite /swap -{1}(tpermK i j k) mem_imset //; apply: perm_inj. Qed.

Lemma swapK : involutive swap.
Proof. by move=> S; apply/setP=> k; rewrite !in_swap tpermK. Qed.

Lemma swap_weight (S : mask) : i \in S -> j \notin S -> mu (swap S) * (u i * v j) = mu S * (v i * u j).
Proof.
move=> iS jS; pose rest (T : mask) := \prod_(k | (k != i) && (k != j)) (if k \in T then u k else v k).
have split (T : mask) : mu T = weight #|T| * ((if i \in T then u i else v i) * ((if j \in T then u j else v j) * rest T)).
  by rewrite /unequal (bigD1 i) //= (bigD1 j) 1?eq_sym.
have same : rest (swap S) = rest S.
  by apply: eq_bigr => k /andP [ki kj]; rewrite in_swap tpermD // eq_sym.
rewrite !split same !in_swap tpermL tpermR iS (negPf jS) card_imset; last exact: perm_inj.
by ring.
Qed.

Theorem exchanged : E mu (fun S => on i S * (1 - on j S)) * (v i * u j) = E mu (fun S => on j S * (1 - on i S)) * (u i * v j).
Proof.
rewrite /E [in RHS](reindex_inj (inv_inj swapK)) /= !mulr_suml; apply: eq_bigr => S _.
rewrite /on !in_swap tpermL tpermR; case: (boolP (i \in S)) => iS; last by rewrite !mul0r !mulr0 !mul0r.
case: (boolP (j \in S)) => jS; first by rewrite subrr !mulr0 !mul0r.
by rewrite subr0 !mulr1 swap_weight.
Qed.

Hypotheses (vi : v i != 0) (vj : v j != 0).
Notation odds k := (u k / v k).

Theorem pair_by_first_moments :
  E mu (fun S => on i S * on j S) * (odds i - odds j) = odds i * E mu (on j) - odds j * E mu (on i).
Proof.
have part k l : E mu (fun S => on k S * (1 - on l S)) = E mu (on k) - E mu (fun S => on k S * on l S).
  by rewrite -E_sub; apply: eq_E => S; rewrite mulrBr mulr1.
have sym : E mu (fun S => on j S * on i S) = E mu (fun S => on i S * on j S).
  by apply: eq_E => S; rewrite mulrC.
have e := exchanged; rewrite !part sym in e.
move: e; set P := E mu (fun S => on i S * on j S); set A := E mu (on i); set B := E mu (on j) => e.
apply: (mulIf (mulf_neq0 vi vj)).
transitivity (P * (u i * v j - u j * v i)); first by field; rewrite vi vj.
transitivity (u i * v j * B - u j * v i * A); last by field; rewrite vi vj.
apply/eqP; rewrite -subr_eq0 [X in X == 0](_ : _ = (A - P) * (v i * u j) - (B - P) * (u i * v j)); last by ring.
by rewrite e subrr.
Qed.

End Areas.
