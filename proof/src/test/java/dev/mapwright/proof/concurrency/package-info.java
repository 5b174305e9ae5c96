/** The engine under several threads: races that must not be lost, and linearizability. */
@NullMarked
package dev.mapwright.proof.concurrency;

import org.jspecify.annotations.NullMarked;
