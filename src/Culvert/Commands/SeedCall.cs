namespace Culvert.Commands;

/// <summary>What the command line of <c>bench seed</c> asks for, checked.</summary>
internal sealed record SeedCall(string Room, long Messages, int Users, IReadOnlyList<string> Languages);
