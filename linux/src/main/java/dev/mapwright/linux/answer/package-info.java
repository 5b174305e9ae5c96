/**
 * The table of answers: every error that a call of this personality answers with, as constants of
 * one enum a call, and what each error means to a program. The calls themselves return numbers.
 */
@NullMarked
package dev.mapwright.linux.answer;

import org.jspecify.annotations.NullMarked;
