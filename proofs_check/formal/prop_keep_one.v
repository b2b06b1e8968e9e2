(* prop:keep-one.  The sample of the full mask and the d masks that keep one superpixel; G_j = F({j}), d >= 2.
     least squares with any nonzero weights:           beta_j = G_j - beta_0,  beta_0 = (sum_l G_l - F(1)) / (d - 1)
     the same with sum_j beta_j = T, beta_0 = F(0):    G_j - F(0) + (T - sum_l (G_l - F(0))) / (p_j sum_l 1/p_l)
     which for equal weights (KernelSHAP) is           G_j plus a constant
     PDA, F(1) - mean{F : z_j = 0}:                    F(1) - (sum_l G_l - G_j) / (d - 1)
     RISE, mean{F : z_j = 1}:                          (F(1) + G_j) / 2
     inverse CIU, that of 1 - F, output range C:       (G_j - F(1)) / (2 C)
   so all five, with equal weights under the constraint, rank the superpixels as G_j does. *)

From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp Require Import ring zify.
From LimeTheory Require Import design order sums prop_equivalence.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Import GRing.Theory Order.TTheory Num.Theory.
Local Open Scope ring_scope.

Section Rows.
Variables (d : nat).
Notation mask := {set 'I_d}.

(* the sum over the d + 1 rows *)
Definition kept (V : zmodType) (f : mask -> V) : V := f setT + \sum_(j : 'I_d) f [set j].

Variables (R : fieldType) (F p : mask -> R).
Definition alone (j : 'I_d) : R := F [set j].
Definition Sigma_kept : 'M[R]_(1 + d) := kept (fun S => p S *: (zt R S *m (zt R S)^T)).
Definition wls_kept : 'cV[R]_(1 + d) := invmx Sigma_kept *m kept (fun S => (p S * F S) *: zt R S).
Definition kept_pda j : R := F setT - kept (fun S => (1 - on j S) * F S) / kept (fun S => 1 - on j S).
Definition kept_rise j : R := kept (fun S => on j S * F S) / kept (fun S => on j S).
Definition base (G : mask -> R) : R := (\sum_l G [set l] - G setT) / (d%:R - 1).

Lemma on_alone (j l : 'I_d) : on j [set l] = (l == j)%:R :> R.
Proof. by rewrite /on inE eq_sym. Qed.

Lemma sum_alone (b : 'I_d -> R) l : \sum_j b j * on j [set l] = b l.
Proof.
under eq_bigr do rewrite on_alone.
by rewrite (bigD1 l) //= eqxx mulr1 big1 ?addr0 // => j; rewrite eq_sym => /negPf ->; rewrite mulr0.
Qed.

Hypothesis d1 : d%:R - 1 != 0 :> R.

(* d + 1 coefficients interpolate the d + 1 rows *)
Lemma kept_interpolates (G : mask -> R) :
  kept (fun S => p S *: (zt R S *m (zt R S)^T)) *m model (base G) (fun j => G [set j] - base G) =
  kept (fun S => (p S * G S) *: zt R S).
Proof.
rewrite /kept mulmxDl mulmx_suml; congr (_ + _).
  rewrite -scalemxAl zt_outer scalerA zt_model; congr ((_ * _) *: _).
  rewrite (eq_bigr (fun j => G [set j] - base G)) => [|j _]; last by rewrite on_full mulr1.
  by rewrite sumrB sumr_const card_ord -mulr_natl /base; field.
by apply: eq_bigr => j _; rewrite -scalemxAl zt_outer scalerA zt_model sum_alone addrC subrK.
Qed.

Hypothesis p0 : forall S, p S != 0.

Theorem kept_unit : Sigma_kept \in unitmx.
Proof.
apply: solvable_unit => y; pose y0 := y (lshift d 0) 0; pose yj k := y (rshift 1 k) 0.
(* values h of p G on the rows with sum over the rows y0, and over those that show k: h(1) + h(k) = y_k *)
pose s := \sum_j yj j; pose t := (s - y0) / (d%:R - 1).
pose h (S : mask) : R := if S == setT then t else if [pick l | l \in S] is Some l then yj l - t else 0.
have two : d != 1%N by apply: contra_neq d1 => ->; rewrite subrr.
have hj j : h [set j] = yj j - t.
  rewrite /h; case: eqP => [e | _].
    by move: two; rewrite -(card_ord d) -cardsT -e cards1.
  by case: pickP => [l | /(_ j)]; rewrite inE ?eqxx // => /eqP ->.
have h1 : h setT = t by rewrite /h eqxx.
have [G back] : exists G : mask -> R, forall S, p S * G S = h S.
  by exists (fun S => h S / p S) => S; rewrite mulrC divfK.
exists (model (base G) (fun j => G [set j] - base G)).
apply/eqP; rewrite /Sigma_kept kept_interpolates /kept [y]modelP -/y0 (back setT) h1.
under eq_bigr => j _ do rewrite (back [set j]) hj.
have sumE i : (\sum_j (yj j - t) *: zt R [set j]) i 0 = \sum_j (yj j - t) * zt R [set j] i 0.
  by rewrite summxE; apply: eq_bigr => j _; rewrite mxE.
apply/colP=> i; rewrite mxE sumE [X in X + _]mxE; case: (split_ordP i) => k ->.
  have z0 (S : mask) : zt R S (lshift d k) 0 = 1 by rewrite /zt col_mxEu !mxE !ord1.
  rewrite z0 mulr1 (eq_bigr (fun j => yj j - t)) => [|j _]; last by rewrite z0 mulr1.
  rewrite sumrB sumr_const card_ord -mulr_natl -/s col_mxEu mxE !ord1 mulr1n.
  have dt : d%:R * t = s - y0 + t by rewrite /t; field.
  by rewrite dt; move: s t {h hj h1 back sumE dt} => u v; ring.
have zk (S : mask) : zt R S (rshift 1 k) 0 = on k S by rewrite /zt col_mxEd mxE.
rewrite zk on_full mulr1 (eq_bigr (fun j => (yj j - t) * (j == k)%:R)) => [|j _]; last by rewrite zk on_alone.
rewrite (bigD1 k) //= eqxx mulr1 big1 ?addr0 => [|j /negPf ->]; last by rewrite mulr0.
by rewrite addrC subrK col_mxEd mxE.
Qed.

Theorem kept_wls : wls_kept = model (base F) (fun j => alone j - base F).
Proof. by rewrite /wls_kept -kept_interpolates mulKmx // kept_unit. Qed.

Lemma kept_off (j : 'I_d) (G : mask -> R) : kept (fun S => (1 - on j S) * G S) = \sum_l G [set l] - G [set j].
Proof.
rewrite /kept on_full subrr mul0r add0r (bigD1 j) //= [in RHS](bigD1 j) //= on_alone eqxx subrr mul0r add0r.
rewrite addrC addKr; apply: eq_bigr => l lj; by rewrite on_alone (negPf lj) subr0 mul1r.
Qed.

Theorem pda_alone j : kept_pda j = F setT - (\sum_l alone l - alone j) / (d%:R - 1).
Proof.
rewrite /kept_pda kept_off; congr (_ - _ / _).
transitivity (kept (fun S => (1 - on j S) * 1) : R); first by congr (_ + _); [|apply: eq_bigr => l _]; rewrite mulr1.
by rewrite kept_off sumr_const card_ord.
Qed.

Theorem rise_alone j : 2%:R != 0 :> R -> kept_rise j = (F setT + alone j) / 2%:R.
Proof.
have count (G : mask -> R) : kept (fun S => on j S * G S) = G setT + G [set j].
  rewrite /kept on_full mul1r (bigD1 j) //= on_alone eqxx mul1r big1 ?addr0 // => l lj.
  by rewrite on_alone (negPf lj) mul0r.
move=> two; rewrite /kept_rise count; congr (_ / _).
transitivity (kept (fun S => on j S * 1) : R); last by rewrite (count (fun=> 1)).
by congr (_ + _); [|apply: eq_bigr => l _]; rewrite mulr1.
Qed.

(* under the constraint the mirrored sample of prop:equivalence is solved: hiding S in F(0) - F(~ S) is keeping S in F *)
Definition mirror (G : mask -> R) (S : mask) : R := G (~: S).
Definition mirrored (S : mask) : R := F set0 - F (~: S).
Definition efficient_kept T j : R :=
  alone j - F set0 + (T - \sum_l (alone l - F set0)) / (p [set j] * \sum_l (p [set l])^-1).

Lemma drop_mirrored j : drop mirrored j = alone j - F set0.
Proof. by rewrite /drop /mirrored setCT setCK subrr sub0r opprB. Qed.

Lemma efficient_mirror T j : efficient_kept T j = efficient_wls mirrored (mirror p) T j.
Proof.
rewrite /efficient_kept /efficient_wls /harmonic /mirror drop_mirrored setCK.
have -> : \sum_l (p (~: (~: [set l])))^-1 = \sum_l (p [set l])^-1 by apply: eq_bigr => l _; rewrite setCK.
by under [in RHS]eq_bigr do rewrite drop_mirrored.
Qed.

Theorem efficient_kept_sum T : \sum_l (p [set l])^-1 != 0 -> \sum_j efficient_kept T j = T.
Proof.
move=> h0; under eq_bigr do rewrite efficient_mirror.
apply: efficient_sum.
by rewrite /harmonic /mirror; under eq_bigr do rewrite setCK.
Qed.

(* what the mask of l leaves for coefficients of the sum F(1) - F(0) and beta_0 = F(0) *)
Theorem kept_residual (c : 'I_d -> R) l :
  F [set l] - (F set0 + \sum_j c j * on j [set l]) = alone l - F set0 - c l.
Proof. by rewrite sum_alone /alone opprD addrA. Qed.

Theorem efficient_kept_equal T q i j : (forall l, p [set l] = q) ->
  efficient_kept T i - efficient_kept T j = alone i - alone j.
Proof. by move=> pq; rewrite /efficient_kept !pq; ring. Qed.

End Rows.

Section Efficient.
Variables (R : realFieldType) (d : nat) (F p : {set 'I_d} -> R) (T : R) (c : 'I_d -> R).
Hypotheses (p0 : forall S, 0 < p S) (cT : \sum_j c j = T).
Notation misfit c := (\sum_j p [set j] * (c j - (alone F j - F set0)) ^+ 2).

(* the constrained fit has the smallest loss, and no other coefficients with this sum do as well *)
Theorem efficient_kept_minimiser : (0 < d)%N -> misfit (efficient_kept F p T) <= misfit c /\
  (misfit c <= misfit (efficient_kept F p T) -> c =1 efficient_kept F p T).
Proof.
move=> d0; have q0 S : 0 < mirror p S by apply: p0.
have [least only] := efficient_minimiser (mirrored F) q0 cT d0.
have same b : \sum_j p [set j] * (b j - (alone F j - F set0)) ^+ 2 =
    \sum_j mirror p (~: [set j]) * (b j - drop (mirrored F) j) ^+ 2.
  by apply: eq_bigr => j _; rewrite /mirror setCK drop_mirrored.
have fits : \sum_j mirror p (~: [set j]) * (efficient_kept F p T j - drop (mirrored F) j) ^+ 2 =
    \sum_j mirror p (~: [set j]) * (efficient_wls (mirrored F) (mirror p) T j - drop (mirrored F) j) ^+ 2.
  by apply: eq_bigr => j _; rewrite efficient_mirror.
rewrite !same fits; split=> // /only e j; by rewrite e efficient_mirror.
Qed.

End Efficient.

Section Ranking.
Variables (R : realFieldType) (d : nat) (F : {set 'I_d} -> R) (C : R).
Implicit Types (i j : 'I_d).

(* CIU of the output 1 - F, which moves from 1 - F(1) to 1 - F({j}) *)
Definition inverse_low j := Num.min (1 - F setT) (1 - F [set j]).
Definition inverse_high j := Num.max (1 - F setT) (1 - F [set j]).
Definition inverse_importance j := (inverse_high j - inverse_low j) / C.
Definition inverse_utility j := (1 - F setT - inverse_low j) / (inverse_high j - inverse_low j).
Definition inverse_ciu j := inverse_importance j * (inverse_utility j - 2%:R^-1).

Theorem ciu_alone j : C != 0 -> inverse_ciu j = (alone F j - F setT) / (2%:R * C).
Proof.
move=> C0; pose G (S : {set 'I_d}) : R := if S == setT then 1 - F setT else 1 - F (~: S).
case: (eqVneq (~: [set j]) setT) => [e | ne].
  by move: (in_setT j); rewrite -e !inE eqxx.
have GT : G setT = 1 - F setT by rewrite /G eqxx.
have Gj : G (~: [set j]) = 1 - F [set j] by rewrite /G (negPf ne) setCK.
have -> : inverse_ciu j = ciu G C j.
  by rewrite /inverse_ciu /inverse_importance /inverse_utility /inverse_high /inverse_low
             /ciu /importance /utility /highest /lowest GT Gj.
by rewrite ciu_drop // /drop GT Gj /alone; congr (_ / _); ring.
Qed.

Hypothesis d2 : (1 < d)%N.

(* the same order of the superpixels *)
Let d1 : 0 < d%:R - 1 :> R.
Proof. by rewrite subr_gt0 ltr1n. Qed.

Theorem kept_ranks i j : [/\ (kept_rise F i <= kept_rise F j) = (alone F i <= alone F j),
  (kept_pda F i <= kept_pda F j) = (alone F i <= alone F j) &
  0 < C -> (inverse_ciu i <= inverse_ciu j) = (alone F i <= alone F j)].
Proof.
have two : 2%:R != 0 :> R by rewrite pnatr_eq0.
split=> [||C0].
- by rewrite !rise_alone // ler_pM2r ?invr_gt0 ?ltr0n // lerD2l.
- rewrite !pda_alone -?subr_eq0 ?lt0r_neq0 // -[LHS]subr_ge0.
  have -> : F setT - (\sum_l alone F l - alone F j) / (d%:R - 1) -
      (F setT - (\sum_l alone F l - alone F i) / (d%:R - 1)) = (alone F j - alone F i) / (d%:R - 1).
    by field; rewrite lt0r_neq0.
  by rewrite pmulr_lge0 ?invr_gt0 // subr_ge0.
rewrite !ciu_alone ?lt0r_neq0 // ler_pM2r ?invr_gt0 ?mulr_gt0 ?ltr0n //.
by rewrite -[LHS]subr_ge0 -[RHS]subr_ge0; congr (0 <= _); ring.
Qed.

End Ranking.
