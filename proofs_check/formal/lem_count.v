(* lem:count.  With the size law m_k = C(d, k) w(k) of an exchangeable design:
     alpha_0 = sum_k m_k,   kappa = E_mu[K] = sum_k k m_k / alpha_0,
     V = Var_mu(K) = sum_k (k - kappa)^2 m_k / alpha_0,
     d (d - 1) Delta = sum_k m_k k (d - k),   d c_d = alpha_0^2 V.
   Over an ordered field with w >= 0: Delta > 0 if some size in 1..d-1 carries mass, and c_d > 0 if two sizes do. *)

From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp Require Import ring zify.
From LimeTheory Require Import design order lem_alpha.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Import GRing.Theory Order.TTheory Num.Theory.
Local Open Scope ring_scope.

Section Count.
Variables (R : fieldType) (d : nat) (w : nat -> R).
Notation mu := (exch w : {set 'I_d} -> R).
Notation a0 := (alpha d w 0 0).
Notation a1 := (alpha d w 1 0).
Notation a2 := (alpha d w 2 0).
Notation m := (sizelaw d w).

Lemma count_mass : a0 = \sum_(k < d.+1) m k.
Proof.
rewrite -alpha0_E /mass [LHS](E_exch_size d w (fun=> 1)).
by apply: eq_bigr => k _; rewrite mulr1.
Qed.

(* E[pi K] = d alpha_1, E[pi K^2] = d alpha_1 + d (d - 1) alpha_2 *)
Lemma E_size : E mu K = d%:R * a1.
Proof.
rewrite (eq_E _ K_sum) E_sum; under eq_bigr do rewrite alpha1_E.
by rewrite sumr_const card_ord mulr_natl.
Qed.

Lemma E_on_size (j : 'I_d) : E mu (fun S => on j S * K S) = a1 + (d%:R - 1) * a2.
Proof.
rewrite (eq_E (fun S => \sum_i on j S * on i S)) => [|S]; last by rewrite K_sum mulr_sumr.
rewrite E_sum (bigD1 j) //=.
rewrite (eq_E _ (on_idem j)) alpha1_E; congr (_ + _).
under eq_bigr => i ij do rewrite alpha2_E 1?eq_sym //.
rewrite sumr_const -[LHS]mulr_natl; congr (_ * _).
by rewrite (cardC1 j) card_ord -subn1 natrB // (leq_ltn_trans _ (ltn_ord j)).
Qed.

Lemma E_size2 : E mu (fun S => K S * K S) = d%:R * (a1 + (d%:R - 1) * a2).
Proof.
rewrite -E_K; under eq_bigr do rewrite E_on_size.
by rewrite sumr_const card_ord mulr_natl.
Qed.

(* the size law gives the moments of K *)
Lemma count_size : E mu K = \sum_(k < d.+1) m k * k%:R.
Proof. exact: (E_exch_size d w (fun k => k%:R)). Qed.

Lemma count_kappa : kappa mu = (\sum_(k < d.+1) m k * k%:R) / \sum_(k < d.+1) m k.
Proof. by rewrite /kappa /mean alpha0_E count_mass count_size. Qed.

Lemma count_V : sizevar mu = (\sum_(k < d.+1) m k * (k%:R - kappa mu) ^+ 2) / \sum_(k < d.+1) m k.
Proof.
rewrite /sizevar /var /cov {1}/mean alpha0_E count_mass; congr (_ / _).
rewrite -(E_exch_size d w (fun k => (k%:R - kappa mu) ^+ 2)).
by apply: eq_E => S; rewrite expr2.
Qed.

Lemma count_Delta : d%:R * (d%:R - 1) * Delta d w = \sum_(k < d.+1) m k * (k%:R * (d%:R - k%:R)).
Proof.
rewrite -(E_exch_size d w (fun k => k%:R * (d%:R - k%:R))).
rewrite (eq_E (fun S => d%:R * K S - K S * K S)) => [|S]; last by rewrite /K; ring.
by rewrite E_sub E_scale E_size E_size2 /Delta; ring.
Qed.

Lemma count_cd : a0 != 0 -> d%:R * cd d w = a0 ^+ 2 * sizevar mu.
Proof.
move=> a00; rewrite /sizevar /var /cov {1}/mean alpha0_E -/(kappa mu).
rewrite (eq_E (fun S => K S * K S - 2%:R * kappa mu * K S + kappa mu ^+ 2)) => [|S]; last by ring.
rewrite E_add E_sub E_scale E_const E_size2 E_size alpha0_E /kappa /mean alpha0_E E_size /cd.
by field.
Qed.

End Count.

Section Signs.
Variables (R : realFieldType) (d : nat) (w : nat -> R).
Hypothesis w0 : forall k, 0 <= w k.
Notation mu := (exch w : {set 'I_d} -> R).

Lemma sizelaw_ge0 k : 0 <= sizelaw d w k.
Proof. by rewrite mulr_ge0 ?ler0n. Qed.

Lemma sizelaw_gt0 k : (k <= d)%N -> w k != 0 -> 0 < sizelaw d w k.
Proof. by move=> kd wk; rewrite mulr_gt0 ?ltr0n ?bin_gt0 // lt_neqAle eq_sym wk w0. Qed.

Lemma alpha0_gt0 k : (k <= d)%N -> w k != 0 -> 0 < alpha d w 0 0.
Proof.
move=> kd wk; rewrite count_mass (bigD1 (Ordinal (kd : (k < d.+1)%N))) //=.
by rewrite ltr_wpDr ?sizelaw_gt0 ?sumr_ge0 // => i _; apply: sizelaw_ge0.
Qed.

Lemma Delta_gt0 k : (0 < k < d)%N -> w k != 0 -> 0 < Delta d w.
Proof.
move=> /andP [k0 kd] wk.
have dd : 0 < d%:R * (d%:R - 1) :> R by rewrite mulr_gt0 ?subr_gt0 ?ltr0n ?ltr1n; lia.
rewrite -(pmulr_rgt0 _ dd) count_Delta (bigD1 (Ordinal (ltnW kd : (k < d.+1)%N))) //=.
apply: ltr_wpDr.
  apply: sumr_ge0 => i _; rewrite mulr_ge0 ?sizelaw_ge0 // mulr_ge0 ?ler0n // subr_ge0 ler_nat.
  by rewrite -ltnS.
by rewrite mulr_gt0 ?sizelaw_gt0 1?ltnW // mulr_gt0 ?ltr0n // subr_gt0 ltr_nat.
Qed.

Lemma sizevar_gt0 k l : (k <= d)%N -> (l <= d)%N -> k != l -> w k != 0 -> w l != 0 -> 0 < sizevar mu.
Proof.
move=> kd ld kl wk wl; rewrite count_V -count_mass divr_gt0 ?(alpha0_gt0 kd) //.
have square n (nd : (n <= d)%N) : w n != 0 -> n%:R != kappa mu ->
    0 < \sum_(k < d.+1) sizelaw d w k * (k%:R - kappa mu) ^+ 2.
  move=> wn nk; rewrite (bigD1 (Ordinal (nd : (n < d.+1)%N))) //= ltr_wpDr //.
    by apply: sumr_ge0 => i _; rewrite mulr_ge0 ?sizelaw_ge0 ?sqr_ge0.
  by rewrite mulr_gt0 ?sizelaw_gt0 // lt_neqAle sqr_ge0 andbT eq_sym sqrf_eq0 subr_eq0.
case: (eqVneq (k%:R : R) (kappa mu)) => [e | /square]; last exact.
by apply: (square l) => //; rewrite -e eqr_nat eq_sym.
Qed.

Lemma cd_gt0 k l : (k <= d)%N -> (l <= d)%N -> k != l -> w k != 0 -> w l != 0 -> 0 < cd d w.
Proof.
move=> kd ld kl wk wl; have d0 : 0 < d%:R :> R by rewrite ltr0n; lia.
have a00 := alpha0_gt0 kd wk.
rewrite -(pmulr_rgt0 _ d0) count_cd ?gt_eqF // mulr_gt0 ?exprn_gt0 //.
exact: (sizevar_gt0 kd ld kl).
Qed.

End Signs.
