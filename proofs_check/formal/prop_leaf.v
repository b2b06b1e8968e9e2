(* prop:leaf.  g(z) = prod_{j in A} z_j prod_{j in B} (1 - z_j) with disjoint A, B of a and b superpixels.  Under an
   exchangeable design
     E[pi g] = alpha_{a,b};   E[pi z_j g] = alpha_{a,b} (j in A), 0 (j in B), alpha_{a+1,b} (other j);
     E[pi K g] = a alpha_{a,b} + (d - a - b) alpha_{a+1,b},
   and inserted in thm:limit, with r = d - a - b,
     beta_j = s + (1 / (d Delta)) * [ (d - a) alpha_{a,b} - r alpha_{a+1,b}   (j in A),
                                      - a alpha_{a,b} - r alpha_{a+1,b}       (j in B),
                                      (a + b) alpha_{a+1,b} - a alpha_{a,b}   (other j) ]. *)

From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp Require Import ring zify.
From LimeTheory Require Import design lem_alpha lem_count prop_gram_inverse thm_limit.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.
Import GRing.Theory.
Local Open Scope ring_scope.

Section Leaf.
Variables (R : fieldType) (d : nat) (w : nat -> R) (A B : {set 'I_d}).
Hypothesis AB : [disjoint A & B].
Notation mu := (exch w : {set 'I_d} -> R).
Notation a := (#|A|).
Notation b := (#|B|).
Notation g := (@leaf R d A B).
Notation aab := (alpha d w a b).
Notation aab1 := (alpha d w a.+1 b).
Notation r := (d%:R - a%:R - b%:R : R).

Theorem leaf_E : E mu g = aab.
Proof. exact: alpha_E. Qed.

Theorem leaf_on j : j \in A -> E mu (fun S => on j S * g S) = aab.
Proof.
move=> jA; rewrite -leaf_E; apply: eq_E => S; rewrite leafE /on.
case: (boolP (A \subset S)) => [/subsetP -> // | _]; last by rewrite mulr0.
by rewrite mul1r.
Qed.

Theorem leaf_off j : j \in B -> E mu (fun S => on j S * g S) = 0.
Proof.
move=> jB; rewrite (eq_E (fun=> 0)) ?E_const ?mul0r // => S; rewrite leafE /on.
case: (boolP [disjoint B & S]) => [BS | _]; last by rewrite andbF mulr0.
by rewrite (disjointFr BS jB) mul0r.
Qed.

Theorem leaf_other j : j \notin A -> j \notin B -> E mu (fun S => on j S * g S) = aab1.
Proof.
move=> jA jB; have jAB : [disjoint j |: A & B] by rewrite disjoints_subset subUset sub1set inE jB -disjoints_subset.
have -> : a.+1 = #|j |: A| by rewrite cardsU1 jA.
rewrite -(alpha_E _ jAB); apply: eq_E => S.
by rewrite !leafE /on subUset sub1set; case: (j \in S); rewrite ?mul1r ?mul0r.
Qed.

Lemma rest_card : (#|~: (A :|: B)|)%:R = r.
Proof.
have := cardsC (A :|: B); rewrite card_ord cardsU (disjoint_setI0 AB) cards0 subn0 => e.
by move: (congr1 (fun n => n%:R : R) e); rewrite /= !natrD => <-; ring.
Qed.

Theorem leaf_size : E mu (fun S => K S * g S) = a%:R * aab + r * aab1.
Proof.
rewrite -E_K (bigID (mem (A :|: B))) /=; congr (_ + _); last first.
  rewrite (eq_bigr (fun=> aab1)) => [|j]; last by rewrite inE negb_or => /andP []; apply: leaf_other.
  rewrite sumr_const -[LHS]mulr_natl -rest_card; congr (_%:R * _).
  by apply: eq_card => j; rewrite [RHS]in_setC.
rewrite (bigID (mem A)) /= [X in _ + X]big1 ?addr0 => [|j /andP [jAB jA]]; last first.
  by apply: leaf_off; move: jAB; rewrite inE (negPf jA).
rewrite (eq_bigr (fun=> aab)) => [|j /andP [_ jA]]; last exact: leaf_on.
rewrite sumr_const -[LHS]mulr_natl; congr (_%:R * _).
by apply: eq_card => j; rewrite unfold_in /= inE; case: (j \in A); rewrite ?andbF.
Qed.

Hypotheses (d0 : d%:R != 0 :> R) (a00 : alpha d w 0 0 != 0) (cd0 : cd d w != 0) (Delta0 : Delta d w != 0).
Notation s := ((a%:R * aab + r * aab1 - kappa mu * aab) / (alpha d w 0 0 * sizevar mu)).

Lemma leaf_slope : slope w g = s.
Proof.
rewrite slopeE // leaf_size leaf_E (V_cd a00) /kappa /mean E_size alpha0_E.
by field; rewrite a00 d0 cd0.
Qed.

Theorem leaf_beta_on j : j \in A -> beta w g j = s + ((d%:R - a%:R) * aab - r * aab1) / (d%:R * Delta d w).
Proof.
move=> jA; rewrite /beta leaf_slope /deviation E_share leaf_on // leaf_size; congr (_ + _).
by field; rewrite d0 Delta0.
Qed.

Theorem leaf_beta_off j : j \in B -> beta w g j = s + (- a%:R * aab - r * aab1) / (d%:R * Delta d w).
Proof.
move=> jB; rewrite /beta leaf_slope /deviation E_share leaf_off // leaf_size; congr (_ + _).
by field; rewrite d0 Delta0.
Qed.

Theorem leaf_beta_other j : j \notin A -> j \notin B ->
  beta w g j = s + ((a%:R + b%:R) * aab1 - a%:R * aab) / (d%:R * Delta d w).
Proof.
move=> jA jB; rewrite /beta leaf_slope /deviation E_share leaf_other // leaf_size; congr (_ + _).
by field; rewrite d0 Delta0.
Qed.

(* the whole explanation of a leaf: intercept and three kinds of coefficients *)
Theorem leaf_limit : limit mu g = model (aab / alpha d w 0 0 - s * kappa mu) (fun j => s + (1 / (d%:R * Delta d w)) *
  (if j \in A then (d%:R - a%:R) * aab - r * aab1 else
   if j \in B then - a%:R * aab - r * aab1 else (a%:R + b%:R) * aab1 - a%:R * aab)).
Proof.
rewrite limit_formula //; apply: eq_model => [|j].
  by rewrite /beta0 leaf_slope /mean alpha0_E leaf_E.
case: (boolP (j \in A)) => [jA | jA]; first by rewrite leaf_beta_on //; congr (_ + _); rewrite mul1r mulrC.
case: (boolP (j \in B)) => [jB | jB]; first by rewrite leaf_beta_off //; congr (_ + _); rewrite mul1r mulrC.
by rewrite leaf_beta_other //; congr (_ + _); rewrite mul1r mulrC.
Qed.

End Leaf.
