/**
 * Models and generators that attack the engine from outside; the tests that use them lie beside.
 */
@NullMarked
package dev.mapwright.proof;

import org.jspecify.annotations.NullMarked;
