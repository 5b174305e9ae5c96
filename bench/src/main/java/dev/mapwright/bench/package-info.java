/**
 * Benchmarks against the kernel, plain Java structures and a peer, in one process and in
 * interleaved rounds, so that a busy machine disturbs both sides alike.
 */
@NullMarked
package dev.mapwright.bench;

import org.jspecify.annotations.NullMarked;
