(* Shared definitions: masks, designs, moments, the Gram matrix and the limit of an explanation.

   A mask z in {0,1}^d is the set S of its active superpixels, S : {set 'I_d}; K = #|S|.
   A design is a mass mu S on each mask (sampling law times weight); E[pi F] is the sum of mu S * F S.
   A design is exchangeable when mu S = w #|S|.  Everything holds over a field, in particular the rationals
   and the reals, and for every d; signs and minimality are shown over ordered fields. *)

From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp Require Import ring.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Import GRing.Theory.
Local Open Scope ring_scope.

Section Definitions.
Variables (R : fieldType) (d : nat).
Notation mask := {set 'I_d}.
Implicit Types (mu F G : mask -> R) (S T A B C : mask) (w : nat -> R).

(* the indicator z_j, the size K, a product of on- and off-indicators *)
Definition on (j : 'I_d) S : R := (j \in S)%:R.
Definition K S : R := #|S|%:R.
Definition leaf A B S : R := (\prod_(j in A) on j S) * \prod_(j in B) (1 - on j S).

(* E[pi F]; alpha_0; E_mu[F], Cov_mu, Var_mu; kappa and V *)
Definition E mu F : R := \sum_S mu S * F S.
Definition mass mu : R := E mu (fun=> 1).
Definition mean mu F : R := E mu F / mass mu.
Definition cov mu F G : R := mean mu (fun S => (F S - mean mu F) * (G S - mean mu G)).
Definition var mu F : R := cov mu F F.
Definition kappa mu : R := mean mu K.
Definition sizevar mu : R := var mu K.

(* the row (1, z) as a column; Sigma = E[pi (1,z)(1,z)^T]; Gamma = E[pi (1,z) F]; (beta_0, beta) *)
Definition zt S : 'cV[R]_(1 + d) := col_mx 1 (\col_j on j S).
Definition Gram mu : 'M[R]_(1 + d) := \sum_S mu S *: (zt S *m (zt S)^T).
Definition Gamma mu F : 'cV[R]_(1 + d) := \sum_S (mu S * F S) *: zt S.
Definition model (b0 : R) (b : 'I_d -> R) : 'cV[R]_(1 + d) := col_mx b0%:M (\col_j b j).
Definition limit mu F : 'cV[R]_(1 + d) := invmx (Gram mu) *m Gamma mu F.

(* exchangeable designs: mass, size law m_k, alpha_{a,b}, Delta, c_d *)
Definition exch w : mask -> R := fun S => w #|S|.
Definition sizelaw w k : R := 'C(d, k)%:R * w k.
Definition alpha w a b : R := \sum_(k < d.+1 | (a <= k)%N) 'C(d - a - b, k - a)%:R * w k.
Definition Delta w : R := alpha w 1 0 - alpha w 2 0.
Definition cd w : R :=
  (d%:R - 1) * alpha w 0 0 * alpha w 2 0 - d%:R * alpha w 1 0 ^+ 2 + alpha w 0 0 * alpha w 1 0.

(* the matrix [a, b 1^T; c 1, e I + f J] *)
Definition arrow (a b c e f : R) : 'M[R]_(1 + d) :=
  block_mx a%:M (const_mx b) (const_mx c) (e%:M + const_mx f).

(* E is linear *)
Lemma eq_E mu F G : F =1 G -> E mu F = E mu G.
Proof. by move=> FG; apply: eq_bigr => S _; rewrite FG. Qed.

Lemma E_add mu F G : E mu (fun S => F S + G S) = E mu F + E mu G.
Proof. by rewrite /E -big_split; apply: eq_bigr => S _; rewrite mulrDr. Qed.

Lemma E_scale mu c F : E mu (fun S => c * F S) = c * E mu F.
Proof. by rewrite /E big_distrr; apply: eq_bigr => S _; rewrite mulrCA. Qed.

Lemma E_scaler mu c F : E mu (fun S => F S * c) = E mu F * c.
Proof. by rewrite mulrC -E_scale; apply: eq_E => S; rewrite mulrC. Qed.

Lemma E_opp mu F : E mu (fun S => - F S) = - E mu F.
Proof. by rewrite -mulN1r -E_scale; apply: eq_E => S; rewrite mulN1r. Qed.

Lemma E_sub mu F G : E mu (fun S => F S - G S) = E mu F - E mu G.
Proof. by rewrite E_add E_opp. Qed.

Lemma E_const mu c : E mu (fun=> c) = c * mass mu.
Proof. by rewrite -E_scale; apply: eq_E => S; rewrite mulr1. Qed.

Lemma E_sum mu (I : finType) (P : pred I) (f : I -> mask -> R) :
  E mu (fun S => \sum_(i | P i) f i S) = \sum_(i | P i) E mu (f i).
Proof. by rewrite exchange_big; apply: eq_bigr => S _; rewrite big_distrr. Qed.

Lemma K_sum S : K S = \sum_j on j S.
Proof. by rewrite /K -sum1_card natr_sum big_mkcond; apply: eq_bigr => j _; rewrite /on; case: ifP. Qed.

(* E[pi K F] is the sum of the E[pi z_j F] *)
Lemma E_K mu F : \sum_j E mu (fun S => on j S * F S) = E mu (fun S => K S * F S).
Proof. by rewrite -E_sum; apply: eq_E => S; rewrite K_sum mulr_suml. Qed.

Lemma on_idem j S : on j S * on j S = on j S.
Proof. by rewrite /on; case: (j \in S); rewrite ?mulr1 ?mulr0. Qed.

Lemma leafE A B S : leaf A B S = ((A \subset S) && [disjoint B & S])%:R.
Proof.
rewrite /leaf -mulnb natrM; congr (_ * _).
  case: (boolP (A \subset S)) => [/subsetP AS | /subsetPn [j jA jS]].
    by rewrite big1 // => j /AS jS; rewrite /on jS.
  by rewrite (bigD1 j) //= /on (negPf jS) mul0r.
case: (boolP [disjoint B & S]) => [/pred0P BS | /pred0Pn [j /andP [jB jS]]].
  by rewrite big1 // => j jB; move: (BS j); rewrite /= jB /on => /= ->; rewrite subr0.
by rewrite (bigD1 j) //= /on; move: jS => /= ->; rewrite subrr mul0r.
Qed.

(* a sum over the subsets of C of a function of their size *)
Lemma sum_by_size C (g : nat -> R) :
  \sum_(T : mask | T \subset C) g #|T| = \sum_(k < d.+1) 'C(#|C|, k)%:R * g k.
Proof.
have small T : (#|T| < d.+1)%N by rewrite ltnS -[X in (_ <= X)%N]card_ord max_card.
rewrite (partition_big (fun T : mask => Ordinal (small T)) xpredT) //=.
apply: eq_bigr => k _; rewrite -cards_draws.
rewrite (eq_bigr (fun=> g k)) => [|T /andP [_ /eqP <-]] //.
rewrite mulr_natl -sumr_const; apply: eq_bigl => T.
by rewrite inE; congr (_ && _); apply/eqP/eqP => [<- | e] //; apply: val_inj.
Qed.

Lemma E_exch_size w (g : nat -> R) : E (exch w) (fun S => g #|S|) = \sum_(k < d.+1) sizelaw w k * g k.
Proof.
rewrite /E /exch -(eq_bigl _ _ (fun T : mask => subsetT T)) (sum_by_size setT (fun k => w k * g k)).
by apply: eq_bigr => k _; rewrite cardsT card_ord mulrA.
Qed.

(* the blocks of Sigma and Gamma *)
Lemma GramE mu : Gram mu =
  block_mx (mass mu)%:M (\row_j E mu (on j)) (\col_j E mu (on j)) (\matrix_(i, j) E mu (fun S => on i S * on j S)).
Proof.
rewrite /Gram.
transitivity (\sum_S block_mx (mu S)%:M (\row_j (mu S * on j S)) (\col_j (mu S * on j S))
                      (\matrix_(i, j) (mu S * (on i S * on j S)))).
  apply: eq_bigr => S _; rewrite /zt tr_col_mx mul_col_row scale_block_mx; congr block_mx.
  - by apply/matrixP=> i j; rewrite !mxE big_ord1 !mxE !ord1 !eqxx mulr1 mulr1.
  - by apply/matrixP=> i j; rewrite !mxE big_ord1 !mxE ord1 mul1r.
  - by apply/matrixP=> i j; rewrite !mxE big_ord1 !mxE ord1 mulr1.
  - by apply/matrixP=> i j; rewrite !mxE big_ord1 !mxE.
apply/matrixP=> i j; rewrite summxE.
case: (split_ordP i) => i' ->; case: (split_ordP j) => j' ->.
- rewrite block_mxEul mxE !ord1 /mass /E; apply: eq_bigr => S _.
  by rewrite block_mxEul mxE eqxx mulr1.
- by rewrite block_mxEur mxE /E; apply: eq_bigr => S _; rewrite block_mxEur mxE.
- by rewrite block_mxEdl mxE /E; apply: eq_bigr => S _; rewrite block_mxEdl mxE.
- by rewrite block_mxEdr mxE /E; apply: eq_bigr => S _; rewrite block_mxEdr mxE.
Qed.

Lemma GammaE mu F : Gamma mu F = model (E mu F) (fun j => E mu (fun S => on j S * F S)).
Proof.
apply/colP=> i; rewrite /Gamma summxE.
case: (split_ordP i) => i' ->; rewrite ?col_mxEu ?col_mxEd !mxE.
  by rewrite !ord1 mulr1n /E; apply: eq_bigr => S _; rewrite mxE /zt col_mxEu mxE mulr1.
by apply: eq_bigr => S _; rewrite mxE /zt col_mxEd mxE; ring.
Qed.

(* products with arrow matrices *)
Lemma mul_const m n p (x y : R) :
  (const_mx x : 'M_(m, n)) *m (const_mx y : 'M_(n, p)) = const_mx (n%:R * x * y).
Proof.
apply/matrixP=> i j; rewrite !mxE; under eq_bigr do rewrite !mxE.
by rewrite sumr_const card_ord -mulr_natl mulrA.
Qed.

Lemma const_mul_scalar m n (x y : R) : (const_mx x : 'M_(m, n)) *m y%:M = const_mx (x * y).
Proof.
apply/matrixP=> i j; rewrite !mxE (bigD1 j) //= !mxE eqxx mulr1n big1 ?addr0 // => k kj.
by rewrite !mxE (negPf kj) mulr0n mulr0.
Qed.

Lemma mul_arrow a b c e f a' b' c' e' f' : arrow a b c e f *m arrow a' b' c' e' f' =
  arrow (a * a' + d%:R * b * c') (a * b' + b * e' + d%:R * b * f') (c * a' + e * c' + d%:R * f * c')
        (e * e') (c * b' + e * f' + f * e' + d%:R * f * f').
Proof.
rewrite /arrow mulmx_block !mulmxDl !mulmxDr !mul_scalar_mx !const_mul_scalar !mul_const.
congr block_mx; apply/matrixP=> i j; rewrite !mxE.
  by rewrite !ord1 eqxx !mulr1n.
all: by ring.
Qed.

Lemma mul_arrow_model a b c e f b0 (v : 'I_d -> R) : arrow a b c e f *m model b0 v =
  model (a * b0 + b * \sum_j v j) (fun j => c * b0 + e * v j + f * \sum_j v j).
Proof.
rewrite /arrow /model mul_block_col; congr col_mx; apply/colP=> i; rewrite !mxE ?ord1 big_ord1 !mxE ?ord1.
  by rewrite !mulr1n mulr_sumr; congr (_ + _); apply: eq_bigr => j _; rewrite !mxE.
rewrite mulr1n -addrA; congr (_ + _); rewrite mulr_sumr (bigD1 i) //= [in RHS](bigD1 i) //= !mxE eqxx mulr1n.
rewrite mulrDl -!addrA; congr (_ + (_ + _)); apply: eq_bigr => j ji; rewrite !mxE.
by rewrite eq_sym (negPf ji) mulr0n add0r.
Qed.

Lemma arrow1 : arrow 1 0 0 1 0 = 1%:M.
Proof.
rewrite /arrow scalar_mx_block; congr block_mx; apply/matrixP=> i j; rewrite !mxE //.
by rewrite addr0.
Qed.

Lemma arrow_unit a b c e f : e != 0 -> a * (e + d%:R * f) - d%:R * b * c != 0 -> arrow a b c e f \in unitmx.
Proof.
move=> e0 D0; pose D := a * (e + d%:R * f) - d%:R * b * c.
have D0' : D != 0 by [].
suff /mulmx1_unit [] : arrow a b c e f *m arrow ((e + d%:R * f) / D) (- b / D) (- c / D) e^-1
                         ((b * c - a * f) / (e * D)) = 1%:M by [].
rewrite mul_arrow -arrow1 /D; congr arrow; field; rewrite ?e0 ?D0 //.
Qed.

Lemma model_inj b0 b b0' b' : model b0 b = model b0' b' -> b0 = b0' /\ b =1 b'.
Proof.
move/eq_col_mx => [/matrixP e0 /matrixP e1]; split=> [|j].
  by move: (e0 0 0); rewrite !mxE.
by move: (e1 j 0); rewrite !mxE.
Qed.

Lemma eq_model b0 b b0' b' : b0 = b0' -> b =1 b' -> model b0 b = model b0' b'.
Proof. by move=> -> e; congr col_mx; apply/matrixP=> i j; rewrite !mxE e. Qed.

Lemma modelP (x : 'cV[R]_(1 + d)) : x = model (x (lshift d 0) 0) (fun j => x (rshift 1 j) 0).
Proof.
apply/colP=> i; case: (split_ordP i) => i' ->; rewrite ?col_mxEu ?col_mxEd !mxE //.
by rewrite !ord1 mulr1n.
Qed.

(* (1, z) applied to (b0, b) *)
Lemma zt_model b0 b S : ((zt S)^T *m model b0 b) 0 0 = b0 + \sum_j b j * on j S.
Proof.
rewrite /zt /model tr_col_mx mul_row_col !mxE big_ord1 !mxE mulr1n mul1r; congr (_ + _).
by apply: eq_bigr => j _; rewrite !mxE mulrC.
Qed.

Lemma zt_outer (x : 'cV[R]_(1 + d)) S : zt S *m (zt S)^T *m x = (((zt S)^T *m x) 0 0) *: zt S.
Proof.
rewrite -mulmxA; move: ((zt S)^T *m x) => y; apply/colP=> i.
by rewrite [LHS]mxE big_ord1 [RHS]mxE mulrC.
Qed.

(* the normal equations have one solution if Sigma is invertible *)
Lemma limitP mu F x : Gram mu \in unitmx -> Gram mu *m x = Gamma mu F -> limit mu F = x.
Proof. by move=> U e; rewrite /limit -e mulKmx. Qed.

End Definitions.

Arguments K {R d} S.
Arguments on {R d} j S.
Arguments K_sum {R d} S.
Arguments on_idem {R d} j S.
Arguments leafE {R d} A B S.
Arguments eq_E {R d mu F} G _.
