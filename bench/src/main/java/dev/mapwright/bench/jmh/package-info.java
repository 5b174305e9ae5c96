/** JMH benchmarks, for work on one path: profilers and annotated assembly rather than ratios. */
@NullMarked
package dev.mapwright.bench.jmh;

import org.jspecify.annotations.NullMarked;
