/**
 * The vocabulary of the engine: page arithmetic, permissions, the outcome of an operation, and a
 * wrong access as data. Everything else in this module stands on these words.
 */
@NullMarked
package dev.mapwright.core;

import org.jspecify.annotations.NullMarked;
