namespace Culvert.Tests.Tidy;

internal enum CodeBlockKind
{
    Namespace,
    Type,

    /// <summary>A method, a property, an operator, a local function of a program: code that runs.</summary>
    Member,

    /// <summary>The initial value of a field or a property.</summary>
    Value,
}
