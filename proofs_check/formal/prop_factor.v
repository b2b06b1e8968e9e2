(* prop:factor.  F(z) = prod_j (z_j p_j + (1 - z_j) q_j) under an exchangeable design with masses w(k); e_k the
   coefficients of prod_j (q_j + p_j t), and e_k^(-j) those without the factor j:
     E[pi F] = sum_k w(k) e_k,   E[pi K F] = sum_k k w(k) e_k,   E[pi z_j F] = p_j sum_k w(k + 1) e_k^(-j). *)

From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp Require Import ring zify.
From LimeTheory Require Import design sums.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Import GRing.Theory Order.TTheory Num.Theory.
Local Open Scope ring_scope.

Section Factor.
Variables (R : fieldType) (d : nat) (w : nat -> R) (p q : 'I_d -> R).
Notation mask := {set 'I_d}.
Notation mu := (exch w : mask -> R).

Definition factors S : R := \prod_j (on j S * p j + (1 - on j S) * q j).
Definition generating : {poly R} := \prod_j (p j *: 'X + (q j)%:P).
Definition generating_without j : {poly R} := \prod_(i | i != j) (p i *: 'X + (q i)%:P).

Lemma factorsE S : factors S = \prod_j (if j \in S then p j else q j).
Proof. by apply: eq_bigr => j _; rewrite /on; case: (j \in S);
  rewrite ?mul1r ?subrr ?mul0r ?addr0 ?subr0 ?mul1r ?add0r. Qed.

(* e_k is the sum of F over the masks of size k *)
Lemma generating_sum (a b : 'I_d -> R) :
  \prod_j (a j *: 'X + (b j)%:P) = \sum_(S : mask) (\prod_j (if j \in S then a j else b j)) *: 'X^#|S| :> {poly R}.
Proof.
rewrite -sum_prod; apply: eq_bigr => S _.
rewrite (eq_bigr (fun j => (if j \in S then a j else b j) *: (if j \in S then 'X else 1))) => [|j _]; last first.
  by case: (j \in S); rewrite ?alg_polyC.
by rewrite scaler_prod; congr (_ *: _); rewrite -big_mkcond prodr_const.
Qed.

Lemma by_size (h : nat -> R) (a b : 'I_d -> R) :
  \sum_(S : mask) h #|S| * \prod_j (if j \in S then a j else b j) =
  \sum_(k < d.+1) h k * (\prod_j (a j *: 'X + (b j)%:P) : {poly R})`_k.
Proof.
rewrite generating_sum; under [RHS]eq_bigr => k _ do rewrite coef_sum mulr_sumr.
rewrite exchange_big; apply: eq_bigr => S _ /=.
have small : (#|S| < d.+1)%N by rewrite ltnS -[X in (_ <= X)%N]card_ord max_card.
rewrite (bigD1 (Ordinal small)) //= coefZ coefXn eqxx mulr1 [X in _ = _ + X]big1 ?addr0 // => k kS.
by rewrite coefZ coefXn -(inj_eq val_inj) /= in kS *; rewrite (negPf kS) !mulr0.
Qed.

Theorem factor_E : E mu factors = \sum_(k < d.+1) w k * generating`_k.
Proof. by rewrite /generating -by_size; apply: eq_bigr => S _; rewrite factorsE. Qed.

Theorem factor_size : E mu (fun S => K S * factors S) = \sum_(k < d.+1) k%:R * w k * generating`_k.
Proof.
rewrite /generating -(by_size (fun k => k%:R * w k)); apply: eq_bigr => S _.
by rewrite factorsE /K /exch; ring.
Qed.

Theorem factor_on j : E mu (fun S => on j S * factors S) = p j * \sum_(k < d) w k.+1 * (generating_without j)`_k.
Proof.
transitivity (\sum_(S : mask) w #|S| * \prod_i (if i \in S then p i else if i == j then 0 else q i)).
  apply: eq_bigr => S _; rewrite factorsE; congr (_ * _).
  rewrite (bigD1 j) //= [in RHS](bigD1 j) //= eqxx /on mulrA; congr (_ * _).
    by case: (j \in S); rewrite ?mul1r ?mul0r.
  by apply: eq_bigr => i /negPf ->.
rewrite by_size (bigD1 j) //= eqxx addr0 -scalerAl.
rewrite (eq_bigr (fun i => p i *: 'X + (q i)%:P)) => [|i /negPf ->] //; rewrite -/(generating_without j).
rewrite big_ord_recl coefZ coefXM eqxx mulr0 mulr0 add0r mulr_sumr.
by apply: eq_bigr => k _; rewrite lift0 coefZ coefXM /= mulrCA.
Qed.

End Factor.
