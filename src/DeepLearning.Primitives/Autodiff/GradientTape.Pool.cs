using System.Numerics;
using System.Runtime.InteropServices;

namespace DeepLearning.Primitives;

/// <content>Operations with fields are used again after <see cref="Reset"/>, one free list for each kind.</content>
public sealed partial class GradientTape<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    // The first free operation of each kind that was ever rented; null when all are in use.
    private readonly Dictionary<Type, Operation<T>?> _free = [];

    /// <summary>A free operation of this kind, or a new one; <see cref="Apply"/> gives it back in time.</summary>
    internal TOperation Rent<TOperation>()
        where TOperation : Operation<T>, IRentable<TOperation>
    {
        ref Operation<T>? first = ref CollectionsMarshal.GetValueRefOrAddDefault(_free, typeof(TOperation), out _);
        Operation<T> operation = first ?? TOperation.Create();
        first = operation.NextFree;
        operation.NextFree = operation;
        return (TOperation)operation;
    }

    private void Return(Operation<T>? operation)
    {
        // Only a rented operation refers to itself; shared ones and those of users are not the pool's.
        if (operation is null || operation.NextFree != operation) return;
        operation.NextFree = _free[operation.GetType()];
        _free[operation.GetType()] = operation;
    }
}

/// <summary>An operation with fields that tapes keep and use again.</summary>
internal interface IRentable<TSelf>
{
    static abstract TSelf Create();
}
