/**
 * The invariants as checks that tests can call after every step, and the state of a machine as
 * something that can be compared.
 */
@NullMarked
package dev.mapwright.core.check;

import org.jspecify.annotations.NullMarked;
