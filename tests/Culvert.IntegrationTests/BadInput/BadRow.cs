namespace Culvert.IntegrationTests.BadInput;

/// <summary>A class of bad input, under the number that it has in all tests.</summary>
/// <param name="Number">1 to <see cref="BadRows.Count"/>.</param>
/// <param name="Name">What is wrong.</param>
/// <param name="Requests">Spellings of it.</param>
internal sealed record BadRow(int Number, string Name, params IReadOnlyList<BadRequest> Requests)
{
    public override string ToString() => $"row {Number}: {Name}";
}
