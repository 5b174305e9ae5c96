/**
 * Named defects put into the compiled engine while it is loaded, to show that the campaigns would
 * find them. The engine itself knows nothing of this.
 */
@NullMarked
package dev.mapwright.proof.mutants;

import org.jspecify.annotations.NullMarked;
