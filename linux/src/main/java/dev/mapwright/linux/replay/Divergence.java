package dev.mapwright.linux.replay;

/**
 * A call that the kernel answered differently from the engine.
 *
 * @param line the line where the recorded call ended, counted from 1
 * @param pid the thread that made it
 * @param call the call as the recorder writes it
 * @param computed the engine's answer, with the reason if there is one to tell
 * @param recorded the kernel's answer
 */
public record Divergence(long line, int pid, String call, String computed, String recorded) {}
