(* lem:shared-strata.  A stratum has sizes s of masks U s.  A fold has m places, whose sizes f are independent, s having
   the probability p s.  The masks of the other folds are sets O s; given these and the sizes, the fold's masks of a size
   are as in lem_stratified.v, one such set being as likely as another.  A surrogate g may depend on O in any way.  With
   m_s of the m places having size s, and r = y - g,
     T = sum_s P s (mean of g over U s) + sum_s (m_s / m) (P s / p s) (1 / N_s) (sum_{O s} r + (N'_s / m_s) sum_{B s} r)
   has sum_s P s (mean of y over U s) as its mean given O, if no size can run out: m <= N'_s. *)

From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp Require Import ring zify.
From LimeTheory Require Import lem_stratified.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Import GRing.Theory Order.TTheory Num.Theory.
Local Open Scope ring_scope.

Section SizesOfPlaces.
Variables (R : numFieldType) (S : finType) (p : S -> R) (m : nat).
Implicit Types (f : {ffun 'I_m -> S}) (s : S).

Definition chance f : R := \prod_i p (f i).
Definition places f s : nat := #|[set i | f i == s]|.

Hypothesis law : \sum_s p s = 1.

Lemma chances : \sum_f chance f = 1.
Proof. by rewrite /chance -(bigA_distr_bigA (fun _ s => p s)); apply: big1. Qed.

Lemma place_has_size s (i : 'I_m) : \sum_f chance f * (f i == s)%:R = p s.
Proof.
rewrite (eq_bigr (fun f => \prod_l (p (f l) * (if l == i then (f l == s)%:R else 1)))) => [|f _].
  rewrite -(bigA_distr_bigA (fun l t => p t * (if l == i then (t == s)%:R else 1))) (bigD1 i) //=.
  rewrite [X in _ * X]big1 ?mulr1 => [|l /negbTE li]; last by under eq_bigr do rewrite li mulr1.
  rewrite eqxx (bigD1 s) //= eqxx mulr1 big1 ?addr0 // => t /negbTE ->.
  by rewrite mulr0.
rewrite big_split /=; congr (_ * _).
by rewrite (bigD1 i) //= eqxx big1 ?mulr1 // => l /negbTE ->.
Qed.

(* the others' masks say nothing of the sizes, and m_s / m is p s on average *)
Theorem mean_places s : \sum_f chance f * (places f s)%:R = m%:R * p s.
Proof.
rewrite (eq_bigr (fun f => \sum_i chance f * (f i == s)%:R)) => [|f _].
  rewrite exchange_big /= (eq_bigr (fun=> p s)) => [|i _]; last exact: place_has_size.
  by rewrite sumr_const card_ord -[LHS]mulr_natl.
rewrite -mulr_sumr -natr_sum /places -sum1_card big_mkcond; congr (_ * _%:R).
by apply: eq_bigr => i _; rewrite inE; case: eqP.
Qed.

End SizesOfPlaces.

Section Shared.
Variables (R : numFieldType) (S : finType) (U : S -> finType) (y g : forall s, U s -> R) (O : forall s, {set U s}).
Variables (p P : S -> R) (m : nat).
Implicit Types (f : {ffun 'I_m -> S}) (s : S).

Definition misfit s (u : U s) : R := y u - g u.
Definition compared s (B : {set U s}) : R :=
  (\sum_(u in O s) misfit u + #|~: O s|%:R / #|B|%:R * \sum_(u in B) misfit u) / #|U s|%:R.
Definition of_size f s : R :=
  (\sum_(B in folds (O s) (places f s)) compared B) / #|folds (O s) (places f s)|%:R.
(* the mean of T given the sizes of the places: of the sum over sizes, that of each summand *)
Definition given_sizes f : R :=
  \sum_s P s * stratum_mean (@g s) + \sum_s (places f s)%:R / m%:R * (P s / p s) * of_size f s.

Hypothesis lasting : forall s, (m <= #|~: O s|)%N.

Lemma of_sizeE f s : (0 < places f s)%N -> of_size f s = stratum_mean (@y s) - stratum_mean (@g s).
Proof.
have : (places f s <= m)%N by rewrite /places -[X in (_ <= X)%N](card_ord m) max_card.
rewrite /of_size; case: (places f s) => // k km _; have kO := leq_trans km (lasting s).
rewrite -(fold_unbiased (@y s) (fun=> @g s) kO).
rewrite [in RHS](eq_bigr (fun B => stratum_mean (@g s) + compared B)) => [|B _]; last first.
  by rewrite /estimate /stratum_mean /compared -mulrDl addrA.
have c0 : #|folds (O s) k.+1|%:R != 0 :> R by rewrite card_folds pnatr_eq0 -lt0n bin_gt0.
rewrite [in RHS]big_split /= sumr_const -(mulr_natl (stratum_mean (@g s))).
by rewrite [in RHS]mulrDl [X in X + _ - _]mulrC mulKf // addrAC subrr add0r.
Qed.

(* given the other folds *)
Theorem shared_unbiased : \sum_s p s = 1 -> (forall s, p s != 0) -> (0 < m)%N ->
  \sum_f chance p f * given_sizes f = \sum_s P s * stratum_mean (@y s).
Proof.
move=> law p0 m0; have m1 : m%:R != 0 :> R by rewrite pnatr_eq0 -lt0n.
pose gap s := stratum_mean (@y s) - stratum_mean (@g s).
have given f : given_sizes f = \sum_s (P s * stratum_mean (@g s) + (places f s)%:R * (P s / p s / m%:R * gap s)).
  rewrite /given_sizes -big_split; apply: eq_bigr => s _ /=; congr (_ + _).
  case: (posnP (places f s)) => [->|k0]; first by rewrite !mul0r.
  by rewrite of_sizeE // /gap; field; rewrite m1 p0.
under eq_bigr do rewrite given mulr_sumr.
rewrite exchange_big /=; apply: eq_bigr => s _.
under eq_bigr do rewrite mulrDr mulrA.
rewrite big_split /= -!mulr_suml; under [X in _ + X]eq_bigr do rewrite mulrA.
rewrite -mulr_suml mean_places // chances // mul1r /gap.
by field; rewrite m1 p0.
Qed.

End Shared.
