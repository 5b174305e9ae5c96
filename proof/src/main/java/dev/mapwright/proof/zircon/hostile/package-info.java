/**
 * Programs that mean harm: calls with arguments of any kind, in any order, of several processes.
 * There is no model here; what is judged is that each answer is one that the routine documents,
 * that nothing is thrown, that the machine stays whole, and that nothing is left at the end.
 */
@NullMarked
package dev.mapwright.proof.zircon.hostile;

import org.jspecify.annotations.NullMarked;
