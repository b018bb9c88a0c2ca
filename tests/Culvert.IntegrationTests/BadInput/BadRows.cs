namespace Culvert.IntegrationTests.BadInput;

/// <summary>
/// The classes of bad input that one request shows. Those that need time or many peers have tests of their
/// own.
/// </summary>
internal static class BadRows
{
    public const int Count = 84;

    public static IReadOnlyList<BadRow> All { get; } =
        [.. LineRows.All, .. TargetRows.All, .. HeaderRows.All, .. BodyRows.All, .. AnswerRows.All];
}
