(* prop:multilinear.  Every set function is F(z) = sum_T a_T prod_{j in T} z_j with the Moebius coefficients
   a_T = sum_{S subset T} (-1)^{|T - S|} F(S).  Under an exchangeable design, with t = |T|,
     beta_j = sum_{T with j} a_T in_t + sum_{T without j} a_T out_t,
     in_t = s_t + (d - t)(alpha_t - alpha_{t+1}) / (d Delta),   out_t = s_t - t (alpha_t - alpha_{t+1}) / (d Delta),
     s_t = (t alpha_t + (d - t) alpha_{t+1} - kappa alpha_t) / (alpha_0 V).
   in_1 = 1 and out_1 = 0 under every design. *)

From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp Require Import ring zify.
From LimeTheory Require Import design sums lem_alpha lem_count prop_gram_inverse thm_limit prop_leaf.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Import GRing.Theory Order.TTheory Num.Theory.
Local Open Scope ring_scope.

Section Moebius.
Variables (R : fieldType) (d : nat).
Notation mask := {set 'I_d}.

Definition monomial (T S : mask) : R := \prod_(j in T) on j S.
Definition multilinear (a : mask -> R) (S : mask) : R := \sum_T a T * monomial T S.
Definition moebius (F : mask -> R) (T : mask) : R := \sum_(S : mask | S \subset T) (- 1) ^+ #|T :\: S| * F S.

Lemma monomial_leaf T : monomial T =1 leaf R T set0.
Proof. by move=> S; rewrite /leaf big_set0 mulr1. Qed.

Lemma monomialE T S : monomial T S = (T \subset S)%:R.
Proof. by rewrite monomial_leaf leafE disjoints_subset sub0set andbT. Qed.

(* the alternating sum over T between S and U *)
Lemma alternating (S U : mask) :
  \sum_(T : mask | (S \subset T) && (T \subset U)) (- 1) ^+ #|T :\: S| = (S == U)%:R :> R.
Proof.
pose a j : R := if j \in U then (if j \in S then 1 else -1) else 0.
pose b j : R := (j \notin S)%:R.
transitivity (\sum_(T : mask) \prod_j (if j \in T then a j else b j)).
  rewrite big_mkcond; apply: eq_bigr => T _; case: ifP => [/andP [/subsetP ST /subsetP TU] | /negbT].
    rewrite -prodr_const big_mkcond; apply: eq_bigr => j _; rewrite inE /a /b.
    case jT: (j \in T); last by rewrite andbF; case jS: (j \in S); rewrite // (ST _ jS) in jT.
    by rewrite (TU _ jT) andbT; case: (j \in S).
  rewrite negb_and => /orP [] /subsetPn [j j1 j2]; rewrite (bigD1 j) //=.
    by rewrite (negPf j2) /b j1 mul0r.
  by rewrite j1 /a (negPf j2) mul0r.
rewrite sum_prod; case: (eqVneq S U) => [e | ne].
  by rewrite big1 // => j _; rewrite /a /b e; case: (j \in U); rewrite ?addr0 ?add0r.
have [j jSU] : exists j, (j \in S) != (j \in U).
  by apply/existsP; apply: contraNT ne; rewrite negb_exists => /forallP e; apply/eqP/setP => j;
    apply/eqP; rewrite -[_ == _]negbK.
rewrite (bigD1 j) //= (_ : a j + b j = 0) ?mul0r //; move: jSU; rewrite /a /b.
by case: (j \in S); case: (j \in U) => //= _; rewrite ?addr0 ?addNr.
Qed.

Theorem moebius_sum F (U : mask) : multilinear (moebius F) U = F U.
Proof.
rewrite /multilinear /moebius; under eq_bigr => T _ do rewrite monomialE mulr_suml big_mkcond.
rewrite exchange_big /= (bigD1 U) //= [X in _ + X]big1 ?addr0 => [|S SU].
  rewrite (bigD1 U) //= subxx setDv cards0 expr0 !mul1r mulr1 big1 ?addr0 // => T TU; case: ifP => // UT.
  by rewrite [T \subset U](_ : _ = false) ?mulr0 //; apply/negP => TU'; move: TU; rewrite eqEsubset TU' UT.
transitivity (F S * \sum_(T : mask | (S \subset T) && (T \subset U)) (- 1) ^+ #|T :\: S|); last first.
  by rewrite alternating (negPf SU) mulr0.
rewrite mulr_sumr [RHS]big_mkcond; apply: eq_bigr => T _.
by case: (S \subset T); case: (T \subset U); rewrite /= ?mulr1 ?mulr0 // mulrC.
Qed.

End Moebius.

Section Multilinear.
Variables (R : fieldType) (d : nat) (w : nat -> R) (a : {set 'I_d} -> R).
Notation mask := {set 'I_d}.
Notation mu := (exch w : mask -> R).
Hypotheses (d0 : d%:R != 0 :> R) (a00 : alpha d w 0 0 != 0) (cd0 : cd d w != 0) (Delta0 : Delta d w != 0).

Definition common t : R :=
  (t%:R * alpha d w t 0 + (d%:R - t%:R) * alpha d w t.+1 0 - kappa mu * alpha d w t 0) / (alpha d w 0 0 * sizevar mu).
Definition inside t : R := common t + (d%:R - t%:R) * (alpha d w t 0 - alpha d w t.+1 0) / (d%:R * Delta d w).
Definition outside t : R := common t - t%:R * (alpha d w t 0 - alpha d w t.+1 0) / (d%:R * Delta d w).

(* the coefficients are linear in F *)
Lemma beta_multilinear j : beta w (multilinear a) j = \sum_T a T * beta w (monomial R T) j.
Proof.
have moment (h : mask -> R) : E mu (fun S => h S * multilinear a S) = \sum_T a T * E mu (fun S => h S * monomial R T S).
  rewrite (eq_E (fun S => \sum_T a T * (h S * monomial R T S))) => [|S]; last first.
    by rewrite /multilinear mulr_sumr; apply: eq_bigr => T _; rewrite mulrCA.
  by rewrite E_sum; under eq_bigr do rewrite E_scale.
have total : E mu (multilinear a) = \sum_T a T * E mu (monomial R T).
  by rewrite /multilinear E_sum; under eq_bigr do rewrite E_scale.
rewrite /beta /deviation !E_share slopeE // !moment total; symmetry.
pose x := alpha d w 0 0 / (d%:R * cd d w) - (d%:R * Delta d w)^-1; pose y := alpha d w 1 0 / cd d w.
rewrite (eq_bigr (fun T => x * (a T * E mu (fun S => K S * monomial R T S)) - y * (a T * E mu (monomial R T)) +
    (Delta d w)^-1 * (a T * E mu (fun S => on j S * monomial R T S)))) => [|T _]; last first.
  by rewrite slopeE // E_share /x /y; field; rewrite d0 cd0 Delta0.
have final (sk sm so : R) : x * sk - y * sm + (Delta d w)^-1 * so =
    (alpha d w 0 0 * sk - d%:R * alpha d w 1 0 * sm) / (d%:R * cd d w) + (so - sk / d%:R) / Delta d w.
  by rewrite /x /y; field; rewrite d0 cd0 Delta0.
by rewrite big_split /= sumrB -!mulr_sumr final.
Qed.

Lemma eq_beta (F G : mask -> R) j : F =1 G -> beta w F j = beta w G j.
Proof.
move=> FG; have m (h : mask -> R) : E mu (fun S => h S * F S) = E mu (fun S => h S * G S).
  by apply: eq_E => S; rewrite FG.
have t : E mu F = E mu G by apply: eq_E.
by rewrite /beta /deviation !E_share !slopeE // !m t.
Qed.

Lemma beta_monomial (T : mask) j : beta w (monomial R T) j = if j \in T then inside #|T| else outside #|T|.
Proof.
have disjoint0 : [disjoint T & set0] by rewrite disjoint_sym disjoints_subset sub0set.
rewrite (eq_beta _ (monomial_leaf R T)); case: (boolP (j \in T)) => jT.
  rewrite leaf_beta_on // /inside /common cards0 subr0; congr (_ + _ / _); ring.
rewrite leaf_beta_other ?inE // /outside /common cards0 subr0; congr (_ + _).
rewrite -[RHS]mulNr; congr (_ / _); ring.
Qed.

Theorem multilinear_beta j : beta w (multilinear a) j =
  \sum_(T : mask | j \in T) a T * inside #|T| + \sum_(T : mask | j \notin T) a T * outside #|T|.
Proof.
rewrite beta_multilinear (bigID (fun T : mask => j \in T)) /=; congr (_ + _); apply: eq_bigr => T jT.
  by rewrite beta_monomial jT.
by rewrite beta_monomial (negPf jT).
Qed.

Lemma common_1 : common 1 = 1 / d%:R.
Proof.
rewrite /common V_cd // /kappa /mean E_size alpha0_E; move: cd0; rewrite /cd => c0.
by field; rewrite a00 d0 c0.
Qed.

Theorem inside_1 : inside 1 = 1.
Proof. by rewrite /inside common_1 -/(Delta d w); field; rewrite d0 Delta0. Qed.

Theorem outside_1 : outside 1 = 0.
Proof. by rewrite /outside common_1 -/(Delta d w); field; rewrite d0 Delta0. Qed.

End Multilinear.
