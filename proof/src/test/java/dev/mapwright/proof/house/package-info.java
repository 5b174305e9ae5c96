/** The house itself under test: who may import whom, and what may never be called. */
@NullMarked
package dev.mapwright.proof.house;

import org.jspecify.annotations.NullMarked;
