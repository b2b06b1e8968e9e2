(* prop:ig-order.  On the segment from the baseline to the image let the model be the multilinear extension
   sum_T a_T prod_{i in T} x_i.  The integral over t of its derivative in x_j at (t, ..., t) is
     IG_j = sum_{T with j} a_T / |T|,
   the Shapley value of F; with Bernoulli(1/2) masks and pi = 1 LIME gives sum_{T with j} a_T 2^{1 - |T|}.  The factors
   agree for |T| = 1, 2, and 2^{1 - t} < 1 / t for t >= 3. *)

From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp Require Import ring zify.
From LimeTheory Require Import design order sums prop_product cor_unweighted lem_alpha lem_count prop_gram_inverse
  thm_limit prop_leaf cor_efficient prop_multilinear.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Import GRing.Theory Order.TTheory Num.Theory.
Local Open Scope ring_scope.

Section Path.
Variables (R : numFieldType) (d : nat) (a : {set 'I_d} -> R).
Notation mask := {set 'I_d}.

Definition extension (x : 'I_d -> R) : R := \sum_(T : mask) a T * \prod_(i in T) x i.
Definition partial (j : 'I_d) (x : 'I_d -> R) : R := \sum_(T : mask | j \in T) a T * \prod_(i in T | i != j) x i.
Definition along (j : 'I_d) : {poly R} := \sum_(T : mask | j \in T) a T *: 'X^(#|T|.-1).

(* the extension is affine in x_j with slope partial j *)
Theorem extension_affine j (x : 'I_d -> R) :
  extension x = x j * partial j x + \sum_(T : mask | j \notin T) a T * \prod_(i in T) x i.
Proof.
rewrite /extension (bigID (fun T : mask => j \in T)) /=; congr (_ + _).
rewrite mulr_sumr; apply: eq_bigr => T jT; rewrite (bigD1 j) //=; exact: mulrCA.
Qed.

Theorem partial_diagonal j (t : R) : partial j (fun=> t) = (along j).[t].
Proof.
rewrite /along horner_sum; apply: eq_bigr => T jT; rewrite hornerZ hornerXn prodr_const; congr (_ * _ ^+ _).
rewrite (cardsD1 j T) jT /=; apply: eq_card => i; by rewrite !inE andbC.
Qed.

Lemma deriv0 (p : {poly R}) : p^`() = 0 -> p = (p`_0)%:P.
Proof.
move=> e; apply/polyP => -[|i]; rewrite coefC //=; have := congr1 (fun q : {poly R} => q`_i) e.
by rewrite coef_deriv coef0 => /eqP; rewrite mulrn_eq0 => /eqP.
Qed.

(* P is any antiderivative: P(1) - P(0) is the integral over [0, 1] *)
Theorem integrated_gradient j (P : {poly R}) : P^`() = along j ->
  P.[1] - P.[0] = \sum_(T : mask | j \in T) a T / #|T|%:R.
Proof.
move=> PD; pose Q := \sum_(T : mask | j \in T) (a T / #|T|%:R) *: 'X^#|T| : {poly R}.
have pos (T : mask) : j \in T -> (0 < #|T|)%N by move=> jT; rewrite card_gt0; apply/set0Pn; exists j.
have QD : Q^`() = along j.
  rewrite /Q raddf_sum; apply: eq_bigr => T jT /=; rewrite derivZ derivXn -scaler_nat scalerA divfK //.
  by rewrite pnatr_eq0 -lt0n pos.
have := deriv0 (p := P - Q); rewrite derivB PD QD subrr => /(_ erefl) e.
have -> : P = Q + ((P - Q)`_0)%:P by rewrite -e addrC subrK.
rewrite !hornerD !hornerC opprD addrACA subrr addr0 /Q !horner_sum -sumrB; apply: eq_bigr => T jT.
by rewrite !hornerZ !hornerXn expr1n expr0n gtn_eqF ?pos // mulr1 mulr0 subr0.
Qed.

(* the Shapley value of F is the same *)
Theorem shapley_multilinear j : (1 < d)%N -> shapley (multilinear a) j = \sum_(T : mask | j \in T) a T / #|T|%:R.
Proof.
move=> d2.
have linear : shapley (multilinear a) j = \sum_T a T * shapley (monomial R T) j.
  rewrite /shapley; under [RHS]eq_bigr do rewrite mulr_sumr; rewrite exchange_big; apply: eq_bigr => S jS.
  by rewrite /multilinear -sumrB mulr_sumr; apply: eq_bigr => T _; ring.
rewrite linear (bigID (fun T : mask => j \in T)) /= [X in _ + X]big1 ?addr0 => [|T jT]; last first.
  rewrite /shapley big1 ?mulr0 // => S jS; rewrite !monomialE.
  have -> : (T \subset j |: S) = (T \subset S); last by rewrite subrr mulr0.
  apply/idP/idP => [|/subset_trans]; last by apply; apply: subsetUr.
  move=> /subsetP TS; apply/subsetP => i iT; have := TS i iT; rewrite !inE => /orP [/eqP ij | //].
  by move: jT; rewrite -ij iT.
apply: eq_bigr => T jT; congr (_ * _).
have d0 : d%:R != 0 :> R by rewrite pnatr_eq0; lia.
have disjoint0 : [disjoint T & set0] by rewrite disjoint_sym disjoints_subset sub0set.
have same i : i \in T -> shapley (monomial R T) i = shapley (monomial R T) j.
  move=> iT; rewrite -!efficient_shapley // /efficient /deviation !E_share; congr (_ + (_ - _) / _).
  have moment k : k \in T -> E (exch (shapley_mass R d)) (fun S => on k S * monomial R T S) =
      alpha d (shapley_mass R d) #|T| #|set0 : {set 'I_d}|.
    move=> kT; rewrite -(leaf_on (shapley_mass R d) disjoint0 kT); apply: eq_E => S.
    by rewrite monomial_leaf.
  by rewrite !moment.
have zero i : i \notin T -> shapley (monomial R T) i = 0.
  move=> iT; rewrite /shapley big1 // => S iS; rewrite !monomialE.
  have -> : (T \subset i |: S) = (T \subset S); last by rewrite subrr mulr0.
  apply/idP/idP => [|/subset_trans]; last by apply; apply: subsetUr.
  move=> /subsetP TS; apply/subsetP => k kT; have := TS k kT; rewrite !inE => /orP [/eqP ki | //].
  by move: iT; rewrite -ki kT.
have all : \sum_i shapley (monomial R T) i = 1.
  under eq_bigr do rewrite -efficient_shapley //.
  rewrite efficient_sum // /total !monomialE subsetT subset0.
  by rewrite [T == set0](_ : _ = false) ?subr0 //; apply/negbTE/set0Pn; exists j.
have T0 : #|T|%:R != 0 :> R by rewrite pnatr_eq0 -lt0n card_gt0; apply/set0Pn; exists j.
apply: (mulfI T0); rewrite mulfV // -[RHS]all (bigID (mem T)) /= [X in _ + X]big1 ?addr0 => [|i iT]; last exact: zero.
by rewrite mulr_natl -sumr_const; apply: eq_bigr => i iT; rewrite same.
Qed.

(* unweighted Bernoulli(p) masks: factor p^{|T| - 1} *)
Theorem unweighted_multilinear (p : R) j : p != 0 -> 1 - p != 0 ->
  unweighted p (multilinear a) j = \sum_(T : mask | j \in T) a T * p ^+ (#|T|.-1).
Proof.
move=> p0 q0; pose mu := product (fun=> p) (fun=> 1 - p) : mask -> R.
have mono (T : mask) : E mu (monomial R T) = p ^+ #|T|.
  rewrite (eq_E (fun S => \prod_i (if i \in S then 1 else (i \notin T)%:R))) => [|S].
    rewrite product_factors -prodr_const [RHS]big_mkcond; apply: eq_bigr => i _.
    by case: (i \in T); rewrite mulr1 ?mulr0 ?addr0 // mulr1 addrC subrK.
  rewrite /monomial big_mkcond; apply: eq_bigr => i _; rewrite /on.
  by case: (i \in T); case: (i \in S).
have on_mono (T : mask) : E mu (fun S => on j S * monomial R T S) = p ^+ #|j |: T|.
  by rewrite -mono; apply: eq_E => S; rewrite !monomialE subUset sub1set -mulnb natrM.
rewrite /unweighted /given_on /given_off off_F // off_q // on_p // -/mu.
have on_all : E mu (fun S => on j S * multilinear a S) = \sum_T a T * p ^+ #|j |: T|.
  rewrite (eq_E (fun S => \sum_T a T * (on j S * monomial R T S))) => [|S]; last first.
    by rewrite /multilinear mulr_sumr; apply: eq_bigr => T _; rewrite mulrCA.
  by rewrite E_sum; apply: eq_bigr => T _; rewrite E_scale on_mono.
have all : E mu (multilinear a) = \sum_T a T * p ^+ #|T|.
  by rewrite /multilinear E_sum; apply: eq_bigr => T _; rewrite E_scale mono.
rewrite on_all all -sumrB !mulr_suml -sumrB [RHS]big_mkcond; apply: eq_bigr => T _.
case: ifP => jT.
  have -> : j |: T = T by apply/setUidPr; rewrite sub1set.
  have -> : #|T| = (#|T|.-1).+1 by rewrite prednK // card_gt0; apply/set0Pn; exists j.
  by rewrite subrr mul0r subr0 exprS -mulrA [p * _ / p]mulrAC mulfV // mul1r.
by rewrite cardsU1 jT add1n exprS; field; rewrite p0 q0.
Qed.

Theorem orders_1_2 : (2%:R^-1 : R) ^+ 0 = 1 / 1%:R /\ (2%:R^-1 : R) ^+ 1 = 1 / 2%:R.
Proof. by rewrite expr0 expr1 divr1 div1r. Qed.

Theorem orders_3 t : (2 < t)%N -> (2%:R^-1 : R) ^+ t.-1 < 1 / t%:R.
Proof.
move=> t3; rewrite exprVn div1r ltf_pV2 ?posrE ?exprn_gt0 ?ltr0n //; last by lia.
rewrite -natrX ltr_nat; case: t t3 => // t; rewrite /= ltnS.
elim: t => // t IH; rewrite leq_eqVlt => /orP [/eqP <- // | t3]; rewrite expnS mul2n -addnn.
by apply: (leq_trans (n := (t.+1 + 2 ^ t)%N)); rewrite ?leq_add2l; have := IH t3; have := expn_gt0 2 t; lia.
Qed.

End Path.
