(* prop:equivalence.  The sample of the full mask and the d masks that lack one superpixel; D_j = F(1) - F(1 \ j).
     least squares with any nonzero weights:           beta_j = D_j
     the same with sum_j beta_j = T, beta_0 = F(0):    D_j + (T - sum_l D_l) / (p_j sum_l 1/p_l), p_j the weight of 1 \ j
     which for equal weights (KernelSHAP) is           D_j + (T - sum_l D_l) / d
     PDA, F(1) - mean{F : z_j = 0}:                    D_j
     CIU, importance * (utility - 1/2), output range C: D_j / (2 C)
     RISE, mean{F : z_j = 1}:                          (sum_l F(1 \ l) + D_j) / d
   so all five, with equal weights under the constraint, rank the superpixels as D_j does.  With unequal weights the
   constrained fit need not: D = (2/10, 3/10), T = 1 and p = (1, 3) give (575/1000, 425/1000). *)

From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp Require Import ring zify.
From LimeTheory Require Import design order sums.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Import GRing.Theory Order.TTheory Num.Theory.
Local Open Scope ring_scope.

Section Rows.
Variables (d : nat).
Notation mask := {set 'I_d}.

(* the sum over the d + 1 rows *)
Definition over (V : zmodType) (f : mask -> V) : V := f setT + \sum_(j : 'I_d) f (~: [set j]).

Variables (R : fieldType) (F p : mask -> R).
Definition drop (j : 'I_d) : R := F setT - F (~: [set j]).
Definition Sigma : 'M[R]_(1 + d) := over (fun S => p S *: (zt R S *m (zt R S)^T)).
Definition wls : 'cV[R]_(1 + d) := invmx Sigma *m over (fun S => (p S * F S) *: zt R S).
Definition pda j : R := F setT - over (fun S => (1 - on j S) * F S) / over (fun S => 1 - on j S).
Definition rise j : R := over (fun S => on j S * F S) / over (fun S => on j S).

Lemma on_full (j : 'I_d) : on j setT = 1 :> R.
Proof. by rewrite /on inE. Qed.

Lemma on_without (j l : 'I_d) : on j (~: [set l]) = 1 - (l == j)%:R :> R.
Proof. by rewrite /on !inE eq_sym; case: (l == j); rewrite ?subrr ?subr0. Qed.

Lemma sum_without (b : 'I_d -> R) l : \sum_j b j * on j (~: [set l]) = \sum_j b j - b l.
Proof.
under eq_bigr do rewrite on_without mulrBr mulr1.
rewrite sumrB; congr (_ - _); rewrite (bigD1 l) //= eqxx mulr1 big1 ?addr0 // => j.
by rewrite eq_sym => /negPf ->; rewrite mulr0.
Qed.

Lemma sum_full (b : 'I_d -> R) : \sum_j b j * on j setT = \sum_j b j.
Proof. by apply: eq_bigr => j _; rewrite on_full mulr1. Qed.

(* d + 1 coefficients interpolate the d + 1 rows *)
Lemma interpolates (b : 'I_d -> R) (G : mask -> R) : (forall j, b j = G setT - G (~: [set j])) ->
  over (fun S => p S *: (zt R S *m (zt R S)^T)) *m model (G setT - \sum_j b j) b =
  over (fun S => (p S * G S) *: zt R S).
Proof.
move=> e; rewrite /over mulmxDl mulmx_suml; congr (_ + _).
  by rewrite -scalemxAl zt_outer scalerA zt_model sum_full subrK.
apply: eq_bigr => j _; rewrite -scalemxAl zt_outer scalerA zt_model sum_without e.
by congr ((_ * _) *: _); ring.
Qed.

Hypothesis p0 : forall S, p S != 0.

Theorem rows_unit : Sigma \in unitmx.
Proof.
apply: solvable_unit => y; pose y0 := y (lshift d 0) 0.
pose h (S : mask) : R := if [pick l | l \notin S] is Some l then y0 - y (rshift 1 l) 0
                         else y0 - \sum_j (y0 - y (rshift 1 j) 0).
have h1 : h setT = y0 - \sum_j (y0 - y (rshift 1 j) 0).
  by rewrite /h; case: pickP => // l; rewrite inE.
have hj j : h (~: [set j]) = y0 - y (rshift 1 j) 0.
  rewrite /h; case: pickP => [l | /(_ j)]; last by rewrite !inE eqxx.
  by rewrite !inE negbK => /eqP ->.
have [G back] : exists G : mask -> R, forall S, p S * G S = h S.
  by exists (fun S => h S / p S) => S; rewrite mulrC divfK.
exists (model (G setT - \sum_j (G setT - G (~: [set j]))) (fun j => G setT - G (~: [set j]))).
apply/eqP; rewrite /Sigma interpolates // /over [y]modelP -/y0 (back setT).
under eq_bigr => j _ do rewrite (back (~: [set j])) hj.
rewrite h1; set t := \sum_j (y0 - y (rshift 1 j) 0).
have sumE i : (\sum_j (y0 - y (rshift 1 j) 0) *: zt R (~: [set j])) i 0 =
    \sum_j (y0 - y (rshift 1 j) 0) * zt R (~: [set j]) i 0.
  by rewrite summxE; apply: eq_bigr => j _; rewrite mxE.
apply/colP=> i; rewrite mxE sumE [X in X + _]mxE; case: (split_ordP i) => k ->.
  have z0 (S : mask) : zt R S (lshift d k) 0 = 1 by rewrite /zt col_mxEu !mxE !ord1.
  rewrite z0 mulr1 (eq_bigr (fun j => y0 - y (rshift 1 j) 0)) => [|j _]; last by rewrite z0 mulr1.
  by rewrite -/t subrK col_mxEu mxE !ord1.
have zk (S : mask) : zt R S (rshift 1 k) 0 = on k S by rewrite /zt col_mxEd mxE.
rewrite zk on_full mulr1.
rewrite (eq_bigr (fun j => y0 - y (rshift 1 j) 0 - (y0 - y (rshift 1 j) 0) * (j == k)%:R)) => [|j _]; last first.
  by rewrite zk on_without mulrBr mulr1.
rewrite sumrB -/t addrA subrK (bigD1 k) //= eqxx mulr1 big1 ?addr0 => [|j /negPf ->]; last by rewrite mulr0.
by rewrite col_mxEd mxE subKr.
Qed.

Theorem wls_drop : wls = model (F setT - \sum_j drop j) drop.
Proof. by rewrite /wls -(@interpolates drop) // -/Sigma mulKmx ?rows_unit. Qed.

Theorem pda_drop j : pda j = drop j.
Proof.
have count (G : mask -> R) : over (fun S => (1 - on j S) * G S) = G (~: [set j]).
  rewrite /over on_full subrr mul0r add0r (bigD1 j) //= on_without eqxx subKr mul1r big1 ?addr0 // => l lj.
  by rewrite on_without (negPf lj) subr0 subrr mul0r.
rewrite /pda count /drop; congr (_ - _).
have -> : over (fun S => 1 - on j S) = 1 :> R.
  by rewrite -[RHS](count (fun=> 1)) /over; congr (_ + _); [|apply: eq_bigr => l _]; rewrite mulr1.
by rewrite divr1.
Qed.

Theorem rise_drop j : rise j = (\sum_l F (~: [set l]) + drop j) / d%:R.
Proof.
have count (G : mask -> R) : over (fun S => on j S * G S) = G setT + \sum_l G (~: [set l]) - G (~: [set j]).
  rewrite /over on_full mul1r -addrA; congr (_ + _).
  rewrite (bigD1 j) //= [in RHS](bigD1 j) //= on_without eqxx subrr mul0r add0r addrC addKr.
  by apply: eq_bigr => l lj; rewrite on_without (negPf lj) subr0 mul1r.
have -> : rise j = (F setT + \sum_l F (~: [set l]) - F (~: [set j])) / over (fun S => on j S) by rewrite -count.
have -> : over (fun S => on j S) = d%:R :> R.
  transitivity (over (fun S => on j S * 1) : R).
    by rewrite /over; congr (_ + _); [|apply: eq_bigr => l _]; rewrite mulr1.
  by rewrite (count (fun=> 1)) sumr_const card_ord addrAC subrr add0r.
by rewrite /drop; congr (_ / _); ring.
Qed.

(* the sum prescribed and the intercept F(0): the residual of the mask without j is then c_j - D_j, that of the full
   mask 0; so the loss is sum_j p_j (c_j - D_j)^2 *)
Definition harmonic : R := \sum_l (p (~: [set l]))^-1.
Definition efficient_wls T j : R := drop j + (T - \sum_l drop l) / (p (~: [set j]) * harmonic).

Theorem efficient_sum T : harmonic != 0 -> \sum_j efficient_wls T j = T.
Proof.
move=> h0; rewrite big_split /=; under [X in _ + X]eq_bigr do rewrite invfM mulrCA mulrC.
by rewrite -mulr_sumr -/harmonic divfK // addrC subrK.
Qed.

Theorem efficient_split T (c : 'I_d -> R) : harmonic != 0 -> \sum_j c j = T ->
  \sum_j p (~: [set j]) * (c j - drop j) ^+ 2 =
  \sum_j p (~: [set j]) * (efficient_wls T j - drop j) ^+ 2 + \sum_j p (~: [set j]) * (c j - efficient_wls T j) ^+ 2.
Proof.
move=> h0 cT; pose u := (T - \sum_l drop l) / harmonic.
have zero : \sum_j (c j - efficient_wls T j) = 0 by rewrite sumrB cT efficient_sum // subrr.
transitivity (\sum_j (p (~: [set j]) * (efficient_wls T j - drop j) ^+ 2 +
              p (~: [set j]) * (c j - efficient_wls T j) ^+ 2 + 2%:R * u * (c j - efficient_wls T j))).
  apply: eq_bigr => j _; have pu : p (~: [set j]) * (efficient_wls T j - drop j) = u.
    by rewrite /efficient_wls addrC addKr invfM mulrCA mulVKf.
  have -> : 2%:R * u = p (~: [set j]) * (efficient_wls T j - drop j) * 2%:R by rewrite pu mulrC.
  by ring.
by rewrite big_split big_split /= -mulr_sumr zero mulr0 addr0.
Qed.

(* KernelSHAP: equal weights *)
Definition efficient_drop T j : R := drop j + (T - \sum_l drop l) / d%:R.

Theorem shap_sum T : d%:R != 0 :> R -> \sum_j efficient_drop T j = T.
Proof.
move=> d0; rewrite big_split /= sumr_const card_ord -[X in _ + X]mulr_natl mulrCA mulfV // mulr1.
by rewrite addrC subrK.
Qed.

Theorem efficient_equal T q j : d%:R != 0 :> R -> (forall l, p (~: [set l]) = q) ->
  efficient_wls T j = efficient_drop T j.
Proof.
move=> d0 pq; have q0 : q != 0 by rewrite -(pq j) p0.
rewrite /efficient_wls /efficient_drop; congr (_ + _ / _).
have -> : harmonic = d%:R / q.
  rewrite /harmonic (eq_bigr (fun=> q^-1)) => [|l _]; last by rewrite pq.
  by rewrite sumr_const card_ord mulr_natl.
by rewrite pq mulrCA divff // mulr1.
Qed.

Theorem shap_residual (c : 'I_d -> R) l : \sum_j c j = F setT - F set0 ->
  F (~: [set l]) - (F set0 + \sum_j c j * on j (~: [set l])) = c l - drop l.
Proof. by move=> cT; rewrite sum_without cT /drop; ring. Qed.

Theorem shap_split T (c : 'I_d -> R) : d%:R != 0 :> R -> \sum_j c j = T ->
  \sum_j (c j - drop j) ^+ 2 =
  \sum_j (efficient_drop T j - drop j) ^+ 2 + \sum_j (c j - efficient_drop T j) ^+ 2.
Proof.
move=> d0 cT; pose u := (T - \sum_l drop l) / d%:R.
have zero : \sum_j (c j - efficient_drop T j) = 0 by rewrite sumrB cT shap_sum // subrr.
transitivity (\sum_j ((efficient_drop T j - drop j) ^+ 2 + (c j - efficient_drop T j) ^+ 2 +
              2%:R * u * (c j - efficient_drop T j))).
  by apply: eq_bigr => j _; rewrite /efficient_drop -/u; ring.
by rewrite big_split big_split /= -mulr_sumr zero mulr0 addr0.
Qed.

End Rows.

Section Efficient.
Variables (R : realFieldType) (d : nat) (F p : {set 'I_d} -> R) (T : R) (c : 'I_d -> R).
Hypotheses (p0 : forall S, 0 < p S) (cT : \sum_j c j = T).
Notation misfit c := (\sum_j p (~: [set j]) * (c j - drop F j) ^+ 2).

(* the constrained fit has the smallest loss, and no other coefficients with this sum do as well *)
Theorem efficient_minimiser : (0 < d)%N -> misfit (efficient_wls F p T) <= misfit c /\
  (misfit c <= misfit (efficient_wls F p T) -> c =1 efficient_wls F p T).
Proof.
move=> d0; have h0 : harmonic p != 0.
  rewrite lt0r_neq0 // /harmonic (bigD1 (Ordinal d0)) //= ltr_wpDr ?invr_gt0 // sumr_ge0 // => j _.
  by rewrite invr_ge0 ltW.
have pn S : p S != 0 by rewrite lt0r_neq0.
rewrite (efficient_split F pn h0 cT) lerDl gerDl; set rest := \sum_j _.
have ge0 j : true -> 0 <= p (~: [set j]) * (c j - efficient_wls F p T j) ^+ 2 by rewrite mulr_ge0 ?sqr_ge0 ?ltW.
split=> [|le0 j]; first exact: sumr_ge0.
have /eqP : rest = 0 by apply/eqP; rewrite eq_le le0 sumr_ge0.
rewrite psumr_eq0 // => /allP /(_ j (mem_index_enum j)) /=.
by rewrite mulf_eq0 (negPf (pn _)) sqrf_eq0 subr_eq0 => /eqP.
Qed.

End Efficient.

(* with unequal weights even the ranking can differ *)
Theorem unequal_weights (R : realFieldType) (F p : {set 'I_2} -> R) :
  p (~: [set ord0]) = 1 -> p (~: [set ord_max]) = 3%:R ->
  drop F ord0 = 2%:R / 10%:R -> drop F ord_max = 3%:R / 10%:R ->
  efficient_wls F p 1 ord0 = 575%:R / 1000%:R /\ efficient_wls F p 1 ord_max = 425%:R / 1000%:R.
Proof.
move=> p0 p1 d0 d1; have last : lift ord0 ord0 = ord_max :> 'I_2 by apply: val_inj.
by rewrite /efficient_wls /harmonic !big_ord_recl !big_ord0 !last p0 p1 d0 d1; split; field.
Qed.

Section CIU.
Variables (R : realFieldType) (d : nat) (F : {set 'I_d} -> R) (C : R).

Definition lowest j := Num.min (F setT) (F (~: [set j])).
Definition highest j := Num.max (F setT) (F (~: [set j])).
Definition importance j := (highest j - lowest j) / C.
Definition utility j := (F setT - lowest j) / (highest j - lowest j).
Definition ciu j := importance j * (utility j - 2%:R^-1).

Theorem ciu_drop j : C != 0 -> ciu j = drop F j / (2%:R * C).
Proof.
move=> C0; have two : 2%:R != 0 :> R by rewrite pnatr_eq0.
have sum : highest j + lowest j = F setT + F (~: [set j]) by rewrite /highest /lowest addr_max_min.
rewrite /ciu /importance /utility /drop; case: (eqVneq (highest j) (lowest j)) => [e | ne].
  have both : F setT = F (~: [set j]).
    move: e; rewrite /highest /lowest; case: (leP (F setT) (F (~: [set j]))) => _ //.
  by rewrite e subrr mul0r mul0r both subrr mul0r.
have -> : F (~: [set j]) = highest j + lowest j - F setT by rewrite sum addrC addKr.
have ne0 : highest j - lowest j != 0 by rewrite subr_eq0.
by field; rewrite ne0 C0.
Qed.

End CIU.

Section Ranking.
Variables (R : realFieldType) (d : nat) (F : {set 'I_d} -> R).

(* the same order of the superpixels *)
Theorem rise_ranks i j : (rise F i <= rise F j) = (drop F i <= drop F j).
Proof.
have d0 : 0 < d%:R :> R by rewrite ltr0n (leq_ltn_trans (leq0n i)).
by rewrite !rise_drop ler_pM2r ?invr_gt0 // lerD2l.
Qed.

Theorem ciu_ranks C i j : 0 < C -> (ciu F C i <= ciu F C j) = (drop F i <= drop F j).
Proof. by move=> C0; rewrite !ciu_drop ?gt_eqF // ler_pM2r // invr_gt0 mulr_gt0 ?ltr0n. Qed.

End Ranking.
