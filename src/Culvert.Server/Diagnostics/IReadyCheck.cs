namespace Culvert.Server.Diagnostics;

/// <summary>One thing that <c>/readyz</c> asks. Registered as a service.</summary>
internal interface IReadyCheck
{
    /// <summary>A word for the answer, such as <c>store</c>.</summary>
    string Name { get; }

    /// <summary>False for what the server does without, only worse.</summary>
    bool IsVital => true;

    /// <summary>True when it can do its work now. May be called concurrently; an exception counts as no.</summary>
    ValueTask<bool> IsReadyAsync(CancellationToken cancellationToken);
}
