/** The engine: what is mapped where, with which permissions, and what a change of it needs. */
@NullMarked
package dev.mapwright.core;

import org.jspecify.annotations.NullMarked;
