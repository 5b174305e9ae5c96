/**
 * Which lines of memory two operations both write that have nothing to do with each other: each
 * such line goes to and fro between the processors that they run on, and so bounds how many can
 * work at once.
 *
 * <p><b>How.</b> {@link dev.mapwright.proof.lines.WritesLoader} loads the engine and the simulated
 * machine once more and has each instruction that writes say first what it is about to write
 * ({@link dev.mapwright.proof.lines.Instrument}). {@link dev.mapwright.proof.lines.Writes} notes it
 * in the {@link dev.mapwright.proof.lines.WriteLog} of the operation under way. {@link
 * dev.mapwright.proof.lines.Workload} has two threads carry out one operation each, in turn and
 * never at the same time, so what is found is the same in each run. {@link
 * dev.mapwright.proof.lines.SharedLines} compares the two logs.
 *
 * <p><b>What counts as a write.</b> Stores to fields, static fields and array elements; taking a
 * monitor or a lock; what changes through a VarHandle or an atomic, whether it succeeds or not,
 * since the processor needs the line for itself either way; stores to memory outside the heap;
 * calls that change one of the JDK's collections. Reads do not count: a line that nobody writes may
 * be in every cache.
 *
 * <p><b>What counts as one line.</b> An object is one, however large: where the collector puts it
 * is not known, so two objects are never one line, and two fields of one object always are. Of an
 * array, elements less than 64 bytes apart, wherever its lines begin. Of memory outside the heap,
 * 64 bytes by address. The marks that a store of a reference makes for the collector are not seen,
 * nor is what the JDK writes inside of its own classes but for the object that was called.
 */
@NullMarked
package dev.mapwright.proof.lines;

import org.jspecify.annotations.NullMarked;
