(* thm:limit.  For an exchangeable design with alpha_0, c_d, Delta != 0 (and d invertible in the field: always so for
   the reals and d >= 1) and every set function F, the minimiser (beta_0, beta) = Sigma^{-1} Gamma of
   E[pi (F - beta_0 - sum_j beta_j z_j)^2] is
     beta_j = s + (E[pi z_j F] - E[pi (K/d) F]) / Delta,   s = Cov_mu(F, K) / V,   beta_0 = E_mu[F] - s kappa.
   The deviations beta_j - s sum to zero; beta equals the sigma form
     c_d beta_j = sigma_1 E[pi F] + sigma_2 E[pi z_j F] + sigma_3 sum_{l != j} E[pi z_l F].
   Over an ordered field with masses >= 0 its loss is the smallest, and no other coefficients have a loss so small. *)

From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp Require Import ring zify.
From LimeTheory Require Import design order lem_alpha lem_count prop_gram_inverse prop_linear.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Import GRing.Theory Order.TTheory Num.Theory.
Local Open Scope ring_scope.

Lemma E_square (R : fieldType) d (mu r h : {set 'I_d} -> R) :
  E mu (fun S => (r S - h S) ^+ 2) =
  E mu (fun S => r S ^+ 2) + E mu (fun S => h S ^+ 2) - 2%:R * E mu (fun S => h S * r S).
Proof. by rewrite -E_scale -E_add -E_sub; apply: eq_E => S; ring. Qed.

(* Pythagoras *)
Lemma E_square_split (R : fieldType) d (mu r h : {set 'I_d} -> R) : E mu (fun S => h S * r S) = 0 ->
  E mu (fun S => (r S - h S) ^+ 2) = E mu (fun S => r S ^+ 2) + E mu (fun S => h S ^+ 2).
Proof. by move=> cross; rewrite E_square cross mulr0 subr0. Qed.

Section Limit.
Variables (R : fieldType) (d : nat) (w : nat -> R).
Notation mu := (exch w : {set 'I_d} -> R).
Notation a0 := (alpha d w 0 0).
Notation a1 := (alpha d w 1 0).
Notation a2 := (alpha d w 2 0).
Implicit Types (F : {set 'I_d} -> R).

Definition slope F : R := cov mu F K / sizevar mu.
Definition deviation F (j : 'I_d) : R :=
  (E mu (fun S => on j S * F S) - E mu (fun S => K S / d%:R * F S)) / Delta d w.
Definition beta F (j : 'I_d) : R := slope F + deviation F j.
Definition beta0 F : R := mean mu F - slope F * kappa mu.

Lemma E_share F : E mu (fun S => K S / d%:R * F S) = E mu (fun S => K S * F S) / d%:R.
Proof. by rewrite -E_scaler; apply: eq_E => S; ring. Qed.

Hypotheses (d0 : d%:R != 0 :> R).

Lemma sum_deviation F : \sum_j deviation F j = 0.
Proof.
rewrite /deviation -mulr_suml sumrB E_K sumr_const card_ord E_share -[X in _ - X]mulr_natl.
by rewrite mulrCA mulfV // mulr1 subrr mul0r.
Qed.

Lemma sum_beta F : \sum_j beta F j = d%:R * slope F.
Proof. by rewrite big_split /= sum_deviation addr0 sumr_const card_ord mulr_natl. Qed.

Hypotheses (a00 : a0 != 0) (cd0 : cd d w != 0).

Lemma V_neq0 : sizevar mu != 0.
Proof.
apply: contra_neq cd0 => V0; apply/eqP; move: (count_cd a00); rewrite V0 mulr0 => /eqP.
by rewrite mulf_eq0 (negPf d0).
Qed.

Lemma V_cd : sizevar mu = d%:R * cd d w / a0 ^+ 2.
Proof. by rewrite count_cd // mulrAC mulfV ?mul1r // expf_neq0. Qed.

(* the slope in raw moments *)
Lemma slopeE F : slope F = (a0 * E mu (fun S => K S * F S) - d%:R * a1 * E mu F) / (d%:R * cd d w).
Proof.
rewrite /slope; have -> : cov mu F K = E mu (fun S => K S * F S) / a0 - E mu F / a0 * (d%:R * a1 / a0).
  rewrite /cov {1}/mean alpha0_E.
  rewrite (eq_E (fun S => K S * F S - mean mu K * F S - mean mu F * K S + mean mu F * mean mu K)).
    by rewrite E_add !E_sub !E_scale E_const alpha0_E /mean alpha0_E E_size; field.
  by move=> S; ring.
rewrite V_cd; by field; rewrite a00 d0 cd0.
Qed.

Hypothesis Delta0 : Delta d w != 0.

(* (beta_0, beta) solves the normal equations *)
Theorem limit_normal F : Gram mu *m model (beta0 F) (beta F) = Gamma mu F.
Proof.
rewrite gram_arrow GammaE mul_arrow_model sum_beta /beta0 /kappa /mean alpha0_E E_size; apply: eq_model => [|j].
  by field.
move: cd0 Delta0; rewrite /beta /deviation slopeE E_share /cd /Delta => c0 D0.
by field; rewrite a00 d0 c0 D0.
Qed.

Theorem limit_formula F : limit mu F = model (beta0 F) (beta F).
Proof. by apply: limitP; [apply: gram_unit | apply: limit_normal]. Qed.

Theorem limit_sigma_form F j : cd d w * beta F j = sigma1 d w * E mu F +
  sigma2 d w * E mu (fun S => on j S * F S) + sigma3 d w * \sum_(l | l != j) E mu (fun S => on l S * F S).
Proof.
have -> : \sum_(l | l != j) E mu (fun S => on l S * F S) = E mu (fun S => K S * F S) - E mu (fun S => on j S * F S).
  by rewrite -E_K [in RHS](bigD1 j) //= addrAC subrr add0r.
move: cd0 Delta0; rewrite /beta /deviation slopeE E_share /sigma1 /sigma2 /sigma3 /cd /Delta => c0 D0.
by field; rewrite d0 c0 D0.
Qed.

End Limit.

Section Minimiser.
Variables (R : realFieldType) (d : nat).
Implicit Types (mu F : {set 'I_d} -> R).

(* E[pi (F - b_0 - sum_j b_j z_j)^2] *)
Definition loss mu F (b0 : R) (b : 'I_d -> R) : R := E mu (fun S => (F S - (b0 + \sum_j b j * on j S)) ^+ 2).

(* a line against the residuals of another; any design *)
Lemma cross_term mu F b0 b c0 c : E mu (fun S => (c0 + \sum_j c j * on j S) * (F S - (b0 + \sum_j b j * on j S))) =
  ((model c0 c)^T *m (Gamma mu F - Gram mu *m model b0 b)) 0 0.
Proof.
pose x := model b0 b; pose y := model c0 c.
rewrite /Gamma /Gram mulmx_suml -sumrB mulmx_sumr summxE; apply: eq_bigr => S _.
rewrite -!zt_model -/x -/y -scalemxAl zt_outer scalerA -scalerBl -mulrBr -scalemxAr [in RHS]mxE.
have -> : (y^T *m zt R S) 0 0 = ((zt R S)^T *m y) 0 0.
  by rewrite -[in LHS](trmxK (zt R S)) -trmx_mul mxE.
by ring.
Qed.

(* the loss of a change of coefficients, by their misfit and by what they leave of the normal equations *)
Lemma loss_change mu F b0 b c0 c : loss mu F c0 c = loss mu F b0 b +
  E mu (fun S => (c0 - b0 + \sum_j (c j - b j) * on j S) ^+ 2) -
  2%:R * ((model (c0 - b0) (fun j => c j - b j))^T *m (Gamma mu F - Gram mu *m model b0 b)) 0 0.
Proof.
rewrite -cross_term -E_square; apply: eq_E => S; congr (_ ^+ 2).
have -> : \sum_j (c j - b j) * on j S = \sum_j c j * on j S - \sum_j b j * on j S.
  by rewrite -sumrB; apply: eq_bigr => j _; rewrite mulrBl.
by ring.
Qed.

Theorem loss_split mu F b0 b c0 c : Gram mu *m model b0 b = Gamma mu F ->
  loss mu F c0 c = loss mu F b0 b + E mu (fun S => (c0 - b0 + \sum_j (c j - b j) * on j S) ^+ 2).
Proof. by move=> e; rewrite (loss_change _ _ b0 b) e subrr mulmx0 mxE mulr0 subr0. Qed.

Theorem limit_minimises mu F c0 c : (forall S, 0 <= mu S) -> Gram mu \in unitmx ->
  loss mu F (limit mu F (lshift d 0) 0) (fun j => limit mu F (rshift 1 j) 0) <= loss mu F c0 c.
Proof.
move=> mu0 U.
have normal : Gram mu *m model (limit mu F (lshift d 0) 0) (fun j => limit mu F (rshift 1 j) 0) = Gamma mu F.
  by rewrite -modelP /limit mulKVmx.
rewrite (loss_split c0 c normal) lerDl.
by apply: sumr_ge0 => S _; rewrite mulr_ge0 ?sqr_ge0.
Qed.

(* a mean square of 0 leaves nothing on the masks that have mass *)
Lemma mean_square_0 mu (h : {set 'I_d} -> R) : (forall S, 0 <= mu S) -> E mu (fun S => h S ^+ 2) <= 0 ->
  forall S, mu S * h S = 0.
Proof.
move=> mu0 le0 S; have ge0 T : true -> 0 <= mu T * h T ^+ 2 by rewrite mulr_ge0 ?sqr_ge0.
have /eqP : E mu (fun S => h S ^+ 2) = 0 by apply/eqP; rewrite eq_le le0 sumr_ge0.
rewrite psumr_eq0 // => /allP /(_ S (mem_index_enum S)) /=.
by rewrite mulf_eq0 sqrf_eq0 => /orP [] /eqP ->; rewrite ?mul0r ?mulr0.
Qed.

Lemma model_0 (b0 : R) (b : 'I_d -> R) : model b0 b = 0 -> b0 = 0 /\ forall j, b j = 0.
Proof.
have -> : 0 = model 0 (fun _ : 'I_d => 0) :> 'cV[R]_(1 + d); last by case/model_inj.
by apply/colP=> i; case: (split_ordP i) => k ->; rewrite ?col_mxEu ?col_mxEd !mxE ?mul0rn.
Qed.

Theorem limit_unique mu F c0 c : (forall S, 0 <= mu S) -> Gram mu \in unitmx ->
  loss mu F c0 c <= loss mu F (limit mu F (lshift d 0) 0) (fun j => limit mu F (rshift 1 j) 0) ->
  limit mu F = model c0 c.
Proof.
move=> mu0 U; rewrite [limit mu F in X in _ -> X]modelP.
set b0 := limit mu F (lshift d 0) 0; set b := fun j => limit mu F (rshift 1 j) 0.
have normal : Gram mu *m model b0 b = Gamma mu F by rewrite -modelP /limit mulKVmx.
rewrite (loss_split c0 c normal) gerDl => /(mean_square_0 mu0) nothing.
have /(congr1 (mulmx (invmx (Gram mu)))) : Gram mu *m model (c0 - b0) (fun j => c j - b j) = 0.
  by rewrite Gram_model /Gamma big1 // => S _; rewrite nothing scale0r.
rewrite mulKmx // mulmx0 => /model_0 [e0 e]; apply: eq_model => [|j]; apply/esym/eqP; rewrite -subr_eq0.
  by rewrite e0.
by rewrite e.
Qed.

(* of the closed form: no other coefficients do as well *)
Theorem limit_only_minimiser (w : nat -> R) F c0 c : (forall k, 0 <= w k) ->
  d%:R != 0 :> R -> alpha d w 0 0 != 0 -> cd d w != 0 -> Delta d w != 0 ->
  loss (exch w) F c0 c <= loss (exch w) F (beta0 w F) (beta w F) -> c0 = beta0 w F /\ c =1 beta w F.
Proof.
move=> w0 dn an cn Dn; have formula := limit_formula dn an cn Dn F.
have e0 : limit (exch w) F (lshift d 0) 0 = beta0 w F by rewrite formula col_mxEu mxE mulr1n.
have e : (fun j => limit (exch w) F (rshift 1 j) 0) =1 beta w F by move=> j; rewrite formula col_mxEd mxE.
have same : loss (exch w) F (beta0 w F) (beta w F) =
    loss (exch w) F (limit (exch w) F (lshift d 0) 0) (fun j => limit (exch w) F (rshift 1 j) 0).
  rewrite e0; apply: eq_E => S; congr ((_ - (_ + _)) ^+ 2).
  by apply: eq_bigr => j _; rewrite e.
rewrite same => /limit_unique; rewrite formula => /(_ (fun S => w0 _) (gram_unit cn Dn)) /model_inj [-> eb].
by split=> // j; rewrite eb.
Qed.

End Minimiser.
