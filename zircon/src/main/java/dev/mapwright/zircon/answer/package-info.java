/**
 * Every documented answer of every routine as a constant of its own: which status it is, what has
 * to be the case, where in the order of checks. The call face names one of them with each answer,
 * so that a caller learns why, and a test run can be compared with the whole table.
 */
@NullMarked
package dev.mapwright.zircon.answer;

import org.jspecify.annotations.NullMarked;
