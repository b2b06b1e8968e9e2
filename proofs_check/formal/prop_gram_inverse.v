(* prop:gram-inverse.  For an exchangeable design, Sigma = E[pi (1, z)(1, z)^T] has alpha_0 in the corner, alpha_1 in
   the rest of the first row and column and on the rest of the diagonal, alpha_2 elsewhere; and if c_d != 0, Delta != 0,
     Sigma^{-1} = (1 / c_d) [sigma_0, sigma_1; sigma_1, sigma_2 on / sigma_3 off the diagonal],
     sigma_0 = (d - 1) alpha_2 + alpha_1,   sigma_1 = -alpha_1,
     sigma_2 = ((d - 2) alpha_0 alpha_2 - (d - 1) alpha_1^2 + alpha_0 alpha_1) / Delta,
     sigma_3 = (alpha_1^2 - alpha_0 alpha_2) / Delta. *)

From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp Require Import ring.
From LimeTheory Require Import design lem_alpha.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Import GRing.Theory.
Local Open Scope ring_scope.

Section GramInverse.
Variables (R : fieldType) (d : nat) (w : nat -> R).
Notation mu := (exch w : {set 'I_d} -> R).
Notation a0 := (alpha d w 0 0).
Notation a1 := (alpha d w 1 0).
Notation a2 := (alpha d w 2 0).

Definition sigma0 : R := (d%:R - 1) * a2 + a1.
Definition sigma1 : R := - a1.
Definition sigma2 : R := ((d%:R - 2%:R) * a0 * a2 - (d%:R - 1) * a1 ^+ 2 + a0 * a1) / Delta d w.
Definition sigma3 : R := (a1 ^+ 2 - a0 * a2) / Delta d w.

(* the stated matrix *)
Definition Sigma_inverse : 'M[R]_(1 + d) := (cd d w)^-1 *:
  block_mx sigma0%:M (const_mx sigma1) (const_mx sigma1) (\matrix_(i, j) if i == j then sigma2 else sigma3).

(* the entries of Sigma *)
Theorem gram_entries : Gram mu =
  block_mx a0%:M (const_mx a1) (const_mx a1) (\matrix_(i, j) if i == j then a1 else a2).
Proof.
rewrite GramE alpha0_E; congr block_mx; apply/matrixP=> i j; rewrite !mxE ?alpha1_E //.
case: eqVneq => [<- | ij]; last exact: alpha2_E.
by rewrite (eq_E (F := fun S => on i S * on i S) _ (on_idem i)) alpha1_E.
Qed.

Lemma gram_arrow : Gram mu = arrow d a0 a1 a1 (Delta d w) a2.
Proof.
rewrite gram_entries /arrow; congr block_mx; apply/matrixP=> i j; rewrite !mxE /Delta.
by case: (i == j); rewrite ?mulr1n ?mulr0n; ring.
Qed.

Lemma inverse_arrow : Sigma_inverse =
  arrow d (sigma0 / cd d w) (sigma1 / cd d w) (sigma1 / cd d w) ((sigma2 - sigma3) / cd d w) (sigma3 / cd d w).
Proof.
rewrite /Sigma_inverse /arrow scale_block_mx; congr block_mx; apply/matrixP=> i j; rewrite !mxE.
- by rewrite !ord1 eqxx !mulr1n mulrC.
- by rewrite mulrC.
- by rewrite mulrC.
- by case: (i == j); rewrite ?mulr1n ?mulr0n; ring.
Qed.

Hypotheses (cd0 : cd d w != 0) (Delta0 : Delta d w != 0).

Theorem gram_inverse_right : Gram mu *m Sigma_inverse = 1%:M.
Proof.
move: cd0 Delta0; rewrite gram_arrow inverse_arrow mul_arrow -arrow1.
rewrite /sigma0 /sigma1 /sigma2 /sigma3 /cd /Delta => c0 D0.
by congr arrow; field; rewrite ?c0 ?D0.
Qed.

Theorem gram_inverse_left : Sigma_inverse *m Gram mu = 1%:M.
Proof. exact: (mulmx1C gram_inverse_right). Qed.

Theorem gram_unit : Gram mu \in unitmx.
Proof. by case: (mulmx1_unit gram_inverse_right). Qed.

Theorem gram_inverse : invmx (Gram mu) = Sigma_inverse.
Proof. by rewrite -[LHS]mulmx1 -gram_inverse_right mulKmx ?gram_unit. Qed.

End GramInverse.
