namespace Culvert.IntegrationTests.Processes;

/// <summary>Every wait of a test has a limit, and ends when the test run is cancelled.</summary>
internal static class Bounded
{
    public static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public static Task Within(this Task task, double seconds) =>
        task.WaitAsync(TimeSpan.FromSeconds(seconds), Cancelled);

    public static Task<T> Within<T>(this Task<T> task, double seconds) =>
        task.WaitAsync(TimeSpan.FromSeconds(seconds), Cancelled);

    public static Task Within(this ValueTask task, double seconds) => task.AsTask().Within(seconds);

    public static Task<T> Within<T>(this ValueTask<T> task, double seconds) => task.AsTask().Within(seconds);

    /// <summary>Prints a line into the output of the running test.</summary>
    public static void Print(string line) => TestContext.Current.TestOutputHelper?.WriteLine(line);
}
