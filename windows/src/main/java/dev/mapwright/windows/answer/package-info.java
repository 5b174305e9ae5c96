/**
 * The table of documented answers: one enum a routine, whose constants stand in the order of
 * checks. The call faces name one of them with each answer, so that a caller learns why, and a test
 * run can be compared with the whole table.
 */
@NullMarked
package dev.mapwright.windows.answer;

import org.jspecify.annotations.NullMarked;
