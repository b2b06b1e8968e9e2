(* prop:text.  Text LIME: the number of removed words uniform on 1, ..., d, then a uniform subset, weight psi(k) if k
   words are left.  The design is exchangeable with w(k) = psi(k) / (d C(d, k)) for k < d and w(d) = 0; its size law is
   psi(k) / d;
     alpha_p = (1 / d) sum_{k < d} C(k, p) / C(d, p) psi(k),   and (d - p) / (d (p + 1)) for psi = 1. *)

From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp Require Import ring zify.
From LimeTheory Require Import design.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Import GRing.Theory Order.TTheory Num.Theory.
Local Open Scope ring_scope.

Lemma trinomial d k p : (p <= k)%N -> (k <= d)%N -> ('C(d, k) * 'C(k, p) = 'C(d, p) * 'C(d - p, k - p))%N.
Proof.
move=> pk kd; have pd := leq_trans pk kd; have kpdp : (k - p <= d - p)%N by rewrite leq_sub2r.
have rest : (d - p - (k - p) = d - k)%N by lia.
have e := bin_fact kpdp; rewrite rest in e.
have pos : (0 < p`! * ((k - p)`! * (d - k)`!))%N by rewrite !muln_gt0 !fact_gt0.
apply/eqP; rewrite -(eqn_pmul2r pos); apply/eqP; transitivity d`!.
  rewrite -(bin_fact kd) -(bin_fact pk); by rewrite !mulnA.
by rewrite mulnACA e -mulnA bin_fact.
Qed.

Lemma hockey_stick d p : (\sum_(k < d) 'C(k, p) = 'C(d, p.+1))%N.
Proof. by elim: d => [|d IH]; [rewrite big_ord0 | rewrite big_ord_recr /= IH binS addnC]. Qed.

Section Text.
Variables (R : numFieldType) (d : nat) (psi : nat -> R).
Hypothesis d0 : (0 < d)%N.

Definition text_mass (k : nat) : R := if (k < d)%N then psi k / (d%:R * 'C(d, k)%:R) else 0.

Lemma nat_neq0 n : (0 < n)%N -> n%:R != 0 :> R.
Proof. by move=> n0; rewrite pnatr_eq0 -lt0n. Qed.

Theorem text_sizelaw k : sizelaw d text_mass k = if (k < d)%N then psi k / d%:R else 0.
Proof.
rewrite /sizelaw /text_mass; case: ifP => [kd | _]; last by rewrite mulr0.
have c0 : 'C(d, k)%:R != 0 :> R by rewrite nat_neq0 // bin_gt0 ltnW.
by field; rewrite c0 nat_neq0.
Qed.

Theorem text_alpha p : (p <= d)%N ->
  alpha d text_mass p 0 = d%:R^-1 * \sum_(k < d) 'C(k, p)%:R / 'C(d, p)%:R * psi k.
Proof.
move=> pd; rewrite /alpha subn0 big_mkcond big_ord_recr /= /text_mass ltnn mulr0 if_same addr0 mulr_sumr.
apply: eq_bigr => k _; have kd := ltn_ord k; rewrite kd; case: leqP => [pk | kp]; last first.
  by rewrite (bin_small kp) !mul0r mulr0.
have c0 : 'C(d, k)%:R != 0 :> R by rewrite nat_neq0 // bin_gt0 ltnW.
have p0 : 'C(d, p)%:R != 0 :> R by rewrite nat_neq0 // bin_gt0.
have dR : d%:R != 0 :> R by rewrite nat_neq0.
have e : 'C(d, k)%:R * 'C(k, p)%:R = 'C(d, p)%:R * 'C(d - p, k - p)%:R :> R.
  by rewrite -!natrM (trinomial pk (ltnW kd)).
have -> : 'C(d - p, k - p)%:R = 'C(d, k)%:R * 'C(k, p)%:R / 'C(d, p)%:R :> R by rewrite e mulrC mulKf.
by move: c0 p0; set c := 'C(d, k)%:R; set f := 'C(d, p)%:R => c0 p0; field; rewrite c0 p0 dR.
Qed.

Theorem text_alpha_unweighted p : (p <= d)%N -> (forall k, psi k = 1) ->
  alpha d text_mass p 0 = (d%:R - p%:R) / (d%:R * (p%:R + 1)).
Proof.
move=> pd one; rewrite text_alpha //; under eq_bigr do rewrite one mulr1.
rewrite -mulr_suml -natr_sum hockey_stick.
have p0 : 'C(d, p)%:R != 0 :> R by rewrite nat_neq0 // bin_gt0.
have dR : d%:R != 0 :> R by rewrite nat_neq0.
have s0 : p%:R + 1 != 0 :> R by rewrite -mulrSr nat_neq0.
have e : (p%:R + 1) * 'C(d, p.+1)%:R = (d%:R - p%:R) * 'C(d, p)%:R :> R.
  by rewrite -mulrSr -natrB // -!natrM mul_bin_left.
have -> : 'C(d, p.+1)%:R = (d%:R - p%:R) * 'C(d, p)%:R / (p%:R + 1) :> R by rewrite -e mulrC mulKf.
by move: p0; set f := 'C(d, p)%:R => p0; field; rewrite p0 dR s0.
Qed.

End Text.
