(* prop:linear.  Pixels u, each in the superpixel part(u); image xi, replacement xib; the masked image of S is
   x(S)_u = xi_u if part(u) is active, else xib_u.  For f(x) = b + sum_u lambda_u x_u and EVERY design (any mass mu on
   the masks, exchangeable or not, or the empirical design of a sample) with an invertible Gram matrix,
     beta_j = sum_{u in J_j} lambda_u (xi_u - xib_u),   beta_0 = f(xib),
   and the residual is 0 on every mask. *)

From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp Require Import ring.
From LimeTheory Require Import design.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Import GRing.Theory.
Local Open Scope ring_scope.

Section Linear.
Variables (R : fieldType) (d : nat).
Notation mask := {set 'I_d}.
Implicit Types (mu : mask -> R).

(* additive set functions are their own explanation *)
Lemma Gram_model mu b0 b : Gram mu *m model b0 b = Gamma mu (fun S => b0 + \sum_j b j * on j S).
Proof.
rewrite /Gram /Gamma mulmx_suml; apply: eq_bigr => S _.
by rewrite -zt_model -scalemxAl zt_outer scalerA.
Qed.

Theorem limit_additive mu b0 b : Gram mu \in unitmx -> limit mu (fun S => b0 + \sum_j b j * on j S) = model b0 b.
Proof. by move=> U; apply: limitP => //; apply: Gram_model. Qed.

Variables (pixel : finType) (part : pixel -> 'I_d) (xi xib lambda : pixel -> R) (b : R).

Definition masked (S : mask) (u : pixel) : R := on (part u) S * xi u + (1 - on (part u) S) * xib u.
Definition linear (x : pixel -> R) : R := b + \sum_u lambda u * x u.
Definition coefficient (j : 'I_d) : R := \sum_(u | part u == j) lambda u * (xi u - xib u).

Lemma linear_additive S : linear (masked S) = linear xib + \sum_j coefficient j * on j S.
Proof.
have -> : \sum_j coefficient j * on j S = \sum_u lambda u * (xi u - xib u) * on (part u) S.
  rewrite [RHS](partition_big part xpredT) //=; apply: eq_bigr => j _.
  by rewrite mulr_suml; apply: eq_bigr => u /eqP ->.
rewrite /linear -addrA; congr (_ + _); rewrite -big_split; apply: eq_bigr => u _.
by rewrite /masked /=; ring.
Qed.

Theorem limit_linear mu : Gram mu \in unitmx ->
  limit mu (fun S => linear (masked S)) = model (linear xib) coefficient.
Proof.
move=> U; rewrite -(limit_additive _ _ U) /limit; congr (_ *m _).
by apply: eq_bigr => S _; rewrite linear_additive.
Qed.

(* the residual vanishes on every mask *)
Theorem residual_linear mu S : Gram mu \in unitmx ->
  linear (masked S) - ((zt R S)^T *m limit mu (fun S => linear (masked S))) 0 0 = 0.
Proof. by move=> U; rewrite limit_linear // zt_model linear_additive subrr. Qed.

(* weighted least squares on a sample of masks: the estimate is exact when the sample's Gram matrix is invertible *)
Theorem estimate_linear n (sample : 'I_n -> mask) (p : 'I_n -> R) :
  let Sigma := \sum_i p i *: (zt R (sample i) *m (zt R (sample i))^T) in Sigma \in unitmx ->
  invmx Sigma *m (\sum_i (p i * linear (masked (sample i))) *: zt R (sample i)) = model (linear xib) coefficient.
Proof.
move=> Sigma U; rewrite -[RHS](mulKmx U); congr (_ *m _).
rewrite /Sigma mulmx_suml; apply: eq_bigr => i _.
by rewrite linear_additive -zt_model -scalemxAl zt_outer scalerA.
Qed.

End Linear.
