/**
 * A brute-force model of the Magenta calls of May 2017, the operations that are run on it and on
 * the machine under test, and the judge that compares the two.
 */
@NullMarked
package dev.mapwright.proof.zircon;

import org.jspecify.annotations.NullMarked;
