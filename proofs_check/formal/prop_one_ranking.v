(* prop:one-ranking.  Under one exchangeable design, with Gamma_j = E[pi z_j F],
     RISE_j = E[pi z_j F] / E[pi z_j] = Gamma_j / alpha_1,
     PDA_j = F(1) - E[pi (1 - z_j) F] / E[pi (1 - z_j)] = F(1) - (E[pi F] - Gamma_j) / (alpha_0 - alpha_1),
   and two superpixels differ by (Gamma_i - Gamma_j) / Delta in least squares and in the fit under the efficiency
   constraint, and by (Gamma_i - Gamma_j) / (Delta + lambda) in the ridge.  Over an ordered field with masses >= 0,
   lambda >= 0, d >= 2 and Delta > 0 all these numbers are positive, so the five rank the superpixels as Gamma_j does.
   u_j = E_mu[F | z_j = 0] falls where Gamma_j rises, and so do u_j / (1 - u_j) and all increasing functions of them. *)

From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp Require Import ring zify.
From LimeTheory Require Import design order lem_alpha thm_limit cor_efficient prop_ridge.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Import GRing.Theory Order.TTheory Num.Theory.
Local Open Scope ring_scope.

Section Forms.
Variables (R : fieldType) (d : nat) (w : nat -> R) (F : {set 'I_d} -> R).
Notation mu := (exch w : {set 'I_d} -> R).
Notation a0 := (alpha d w 0 0).
Notation a1 := (alpha d w 1 0).
Implicit Types (i j : 'I_d).

Definition gamma j : R := E mu (fun S => on j S * F S).
Definition shown_mean j : R := gamma j / E mu (on j).
Definition hidden_mean j : R := E mu (fun S => (1 - on j S) * F S) / E mu (fun S => 1 - on j S).
Definition law_rise j : R := shown_mean j.
Definition law_pda j : R := F setT - hidden_mean j.

Lemma hidden_E j : hidden_mean j = (E mu F - gamma j) / (a0 - a1).
Proof.
rewrite /hidden_mean E_sub E_const mul1r alpha0_E alpha1_E; congr (_ / _).
by rewrite /gamma -E_sub; apply: eq_E => S; ring.
Qed.

Theorem one_rise j : law_rise j = gamma j / a1.
Proof. by rewrite /law_rise /shown_mean alpha1_E. Qed.

Theorem one_pda j : law_pda j = F setT - (E mu F - gamma j) / (a0 - a1).
Proof. by rewrite /law_pda hidden_E. Qed.

Lemma deviation_contrast i j : deviation w F i - deviation w F j = (gamma i - gamma j) / Delta d w.
Proof. by rewrite /deviation -mulrBl /gamma; congr (_ / _); ring. Qed.

Theorem one_contrasts lambda i j : Delta d w != 0 ->
  [/\ beta w F i - beta w F j = (gamma i - gamma j) / Delta d w,
      efficient w F i - efficient w F j = (gamma i - gamma j) / Delta d w &
      ridge_beta w lambda F i - ridge_beta w lambda F j = (gamma i - gamma j) / (Delta d w + lambda)].
Proof.
move=> D0; have e := deviation_contrast i j; split.
- by rewrite -e /beta; ring.
- by rewrite -e /efficient; ring.
transitivity ((deviation w F i - deviation w F j) * (Delta d w / (Delta d w + lambda))).
  by rewrite /ridge_beta /beta; ring.
by rewrite e mulrA divfK.
Qed.

End Forms.

Section Ranking.
Variables (R : realFieldType) (d : nat) (w : nat -> R) (F : {set 'I_d} -> R) (lambda : R).
Notation mu := (exch w : {set 'I_d} -> R).
Hypotheses (w0 : forall k, 0 <= w k) (Delta0 : 0 < Delta d w) (lambda0 : 0 <= lambda).
Implicit Types (i j : 'I_d).

Lemma on_ge0 j (S : {set 'I_d}) : 0 <= on j S :> R.
Proof. exact: ler0n. Qed.

Lemma on_le1 j (S : {set 'I_d}) : 0 <= 1 - on j S :> R.
Proof. by rewrite subr_ge0 lern1 leq_b1. Qed.

Lemma E_ge0 (G : {set 'I_d} -> R) : (forall S, 0 <= G S) -> 0 <= E mu G.
Proof. by move=> G0; apply: sumr_ge0 => S _; rewrite mulr_ge0 // w0. Qed.

Lemma alpha1_gt0 i j : i != j -> 0 < alpha d w 1 0.
Proof.
move=> ij; have -> : alpha d w 1 0 = Delta d w + alpha d w 2 0 by rewrite /Delta subrK.
by rewrite ltr_wpDr // -(alpha2_E w ij) E_ge0 // => S; rewrite mulr_ge0 ?on_ge0.
Qed.

Lemma hidden_gt0 i j : i != j -> 0 < alpha d w 0 0 - alpha d w 1 0.
Proof.
move=> ij; apply: (lt_le_trans Delta0); rewrite -subr_ge0.
have -> : alpha d w 0 0 - alpha d w 1 0 - Delta d w = E mu (fun S => (1 - on i S) * (1 - on j S)).
  rewrite (eq_E (fun S => 1 - on i S - (on j S - on i S * on j S))) => [|S]; last by ring.
  by rewrite !E_sub E_const mul1r alpha0_E !alpha1_E alpha2_E.
by apply: E_ge0 => S; rewrite mulr_ge0 ?on_le1.
Qed.

(* u_j falls where Gamma_j rises *)
Theorem hidden_ranks i j : (hidden_mean w F j <= hidden_mean w F i) = (gamma w F i <= gamma w F j).
Proof.
case: (eqVneq i j) => [-> | ij]; first by rewrite !lexx.
rewrite !hidden_E ler_pM2r ?invr_gt0 ?(hidden_gt0 ij) // -[LHS]subr_ge0 -[RHS]subr_ge0.
by congr (0 <= _); ring.
Qed.

(* the same order of the superpixels *)
Theorem one_ranks i j :
  [/\ (law_rise w F i <= law_rise w F j) = (gamma w F i <= gamma w F j),
      (law_pda w F i <= law_pda w F j) = (gamma w F i <= gamma w F j),
      (beta w F i <= beta w F j) = (gamma w F i <= gamma w F j),
      (efficient w F i <= efficient w F j) = (gamma w F i <= gamma w F j) &
      (ridge_beta w lambda F i <= ridge_beta w lambda F j) = (gamma w F i <= gamma w F j)].
Proof.
case: (eqVneq i j) => [-> | ij]; first by split; rewrite !lexx.
have [b e r] := one_contrasts F lambda j i (lt0r_neq0 Delta0).
have Dl : 0 < Delta d w + lambda by rewrite ltr_wpDr.
split.
- by rewrite !one_rise ler_pM2r ?invr_gt0 ?(alpha1_gt0 ij).
- by rewrite -[LHS]subr_ge0 /law_pda -hidden_ranks -[RHS]subr_ge0; congr (0 <= _); ring.
- by rewrite -[LHS]subr_ge0 b pmulr_lge0 ?invr_gt0 // subr_ge0.
- by rewrite -[LHS]subr_ge0 e pmulr_lge0 ?invr_gt0 // subr_ge0.
by rewrite -[LHS]subr_ge0 r pmulr_lge0 ?invr_gt0 // subr_ge0.
Qed.

End Ranking.

Section Logarithms.
Variables (R : realFieldType).
Implicit Types (u v full : R).

(* 2 to the power of PDA with information, and with log odds, falls in u *)
Theorem information_ranks full u v : 0 < full -> 0 < u -> 0 < v -> (full / u <= full / v) = (v <= u).
Proof.
move=> f0 u0 v0; rewrite -[LHS]subr_ge0 -[RHS]subr_ge0.
have -> : full / v - full / u = (u - v) * (full / (u * v)) by field; rewrite !lt0r_neq0.
by rewrite pmulr_lge0 ?divr_gt0 ?mulr_gt0.
Qed.

Definition odds u : R := u / (1 - u).

Theorem odds_ranks u v : u < 1 -> v < 1 -> (odds u <= odds v) = (u <= v).
Proof.
move=> u1 v1; rewrite -[LHS]subr_ge0 -[RHS]subr_ge0.
have [u0 v0] : 0 < 1 - u /\ 0 < 1 - v by rewrite !subr_gt0.
have -> : odds v - odds u = (v - u) / ((1 - u) * (1 - v)) by rewrite /odds; field; rewrite !lt0r_neq0.
by rewrite pmulr_lge0 ?invr_gt0 ?mulr_gt0.
Qed.

End Logarithms.
