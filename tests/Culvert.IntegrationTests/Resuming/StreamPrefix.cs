namespace Culvert.IntegrationTests.Resuming;

/// <summary>What a client knows when its connection is cut.</summary>
internal sealed record StreamPrefix(IReadOnlyList<string> Events, string? Cursor, bool IsReady);
