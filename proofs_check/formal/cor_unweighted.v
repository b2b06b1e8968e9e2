(* cor:unweighted.  Masks of independent Bernoulli(p) superpixels, 0 < p < 1, weight pi = 1.  Then
     beta_j = E[F | z_j = 1] - E[F | z_j = 0];
     RISE_j = E[F | z_j = 1] = E[F] + (1 - p) beta_j;
     PDA_j = F(1) - E[F | z_j = 0] = (F(1) - E[F]) + p beta_j;
   at p = 1/2 it is the Banzhaf value 2^(1-d) sum_{S without j} (F(S + j) - F(S)). *)

From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp Require Import ring zify.
From LimeTheory Require Import design sums prop_product.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Import GRing.Theory Order.TTheory Num.Theory.
Local Open Scope ring_scope.

Section Unweighted.
Variables (R : fieldType) (d : nat) (p : R) (F : {set 'I_d} -> R).
Hypotheses (p0 : p != 0) (q0 : 1 - p != 0).
Notation mu := (product (fun=> p) (fun=> 1 - p) : {set 'I_d} -> R).

Definition given_on j : R := E mu (fun S => on j S * F S) / E mu (on j).
Definition given_off j : R := E mu (fun S => (1 - on j S) * F S) / E mu (fun S => 1 - on j S).
Definition rise j : R := given_on j.
Definition pda j : R := F setT - given_off j.
Definition unweighted j : R := given_on j - given_off j.

Lemma one : p + (1 - p) = 1.
Proof. by rewrite addrC subrK. Qed.

Theorem bernoulli_mass S : mu S = p ^+ #|S| * (1 - p) ^+ (d - #|S|).
Proof.
rewrite /product (bigID (mem S)) /=; congr (_ * _).
  by rewrite (eq_bigr (fun=> p)) => [|j ->] //; rewrite prodr_const.
rewrite (eq_bigr (fun=> 1 - p)) => [|j /negPf ->] //; rewrite prodr_const; congr (_ ^+ _).
rewrite (eq_card (B := mem (~: S))) => [|j]; last by rewrite !inE.
by rewrite cardsCs setCK card_ord.
Qed.

Lemma total_one : mass mu = 1.
Proof. by rewrite product_mass big1 // => j _; rewrite one. Qed.

Lemma on_p j : E mu (on j) = p.
Proof.
rewrite product_on => [|i]; last by rewrite one oner_neq0.
by rewrite big1 => [|i _]; rewrite ?mul1r /chance one ?divr1.
Qed.

Lemma off_q j : E mu (fun S => 1 - on j S) = 1 - p.
Proof. by rewrite E_sub E_const total_one on_p mul1r. Qed.

Lemma off_F j : E mu (fun S => (1 - on j S) * F S) = E mu F - E mu (fun S => on j S * F S).
Proof. by rewrite -E_sub; apply: eq_E => S; ring. Qed.

Theorem unweighted_limit : exists b0, limit mu F = model b0 unweighted.
Proof.
exists (product_beta0 (fun=> p) (fun=> 1 - p) F).
rewrite product_limit => [||//|//]; last by move=> j; rewrite one oner_neq0.
apply: eq_model => // j; have t0 : forall j : 'I_d, p + (1 - p) != 0 by move=> ?; rewrite one oner_neq0.
rewrite /product_beta product_cov // product_var // /unweighted /given_on /given_off off_F off_q on_p.
rewrite /mean total_one /chance !one !divr1 big1 // divr1.
by field; rewrite p0 q0.
Qed.

Theorem rise_affine j : rise j = E mu F + (1 - p) * unweighted j.
Proof. by rewrite /rise /unweighted /given_on /given_off off_F off_q on_p; field; rewrite p0 q0. Qed.

Theorem pda_affine j : pda j = (F setT - E mu F) + p * unweighted j.
Proof. by rewrite /pda /unweighted /given_on /given_off off_F off_q on_p; field; rewrite p0 q0. Qed.

Theorem banzhaf j : p = 2%:R^-1 -> 2%:R != 0 :> R ->
  unweighted j = 2%:R / 2%:R ^+ d * \sum_(S : {set 'I_d} | j \notin S) (F (j |: S) - F S).
Proof.
move=> half two; have q : 1 - p = p by rewrite half; field.
have flat S : mu S = (2%:R ^+ d)^-1.
  rewrite bernoulli_mass q -exprD subnKC ?half ?exprVn //.
  by rewrite -[X in (_ <= X)%N](card_ord d) max_card.
have -> : unweighted j = 2%:R * (E mu (fun S => on j S * F S) - E mu (fun S => (1 - on j S) * F S)).
  have e x y : x / p - y / (1 - p) = 2%:R * (x - y) by rewrite q half invrK; ring.
  by rewrite /unweighted /given_on /given_off off_q on_p e.
rewrite -mulrA; congr (_ * _); rewrite sumrB -sum_with -E_sub mulrBr !mulr_sumr.
rewrite /E (bigID (fun S : {set 'I_d} => j \in S)) /=; congr (_ + _).
  by apply: eq_bigr => S jS; rewrite flat /on jS subrr mul0r subr0 mul1r.
rewrite -sumrN; apply: eq_bigr => S jS; rewrite flat /on (negPf jS) subr0 mul0r mul1r sub0r mulrN.
by [].
Qed.

End Unweighted.
